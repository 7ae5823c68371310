#!/usr/bin/env bash
# Tests the library for C: the example prints what it should, and thousands of wrong calls get an error code each.
# Arguments are handed to swift build, such as --scratch-path .build-tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Package.swift leaves the library out for older compilers.
if [[ $(swift --version 2>&1) =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]] &&
  ((BASH_REMATCH[1] < 6 || (BASH_REMATCH[1] == 6 && BASH_REMATCH[2] < 3))); then
  echo "test-c: skipped, since the library for C needs Swift 6.3 or newer"
  exit 0
fi
swift build --product conesolver "$@"
directory=$(swift build --product conesolver "$@" --show-bin-path)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# Strict C and C++, so that the header is clean in both.
for language in "gcc -x c -std=c99" "g++ -x c++ -std=c++11"; do
  echo '#include "conesolver.h"' | $language -Wall -Wextra -Wpedantic -Werror -ISources/CConeSolver -fsyntax-only -
done
compile() {
  gcc -std=c11 -Wall -Wextra -Werror -O1 -g -ISources/CConeSolver "$1" -o "$2" -L"$directory" -Wl,-rpath,"$directory" \
    -lconesolver -lpthread -lm "${@:3}"
}
compile examples/maxcut.c "$work/maxcut"
"$work/maxcut" >"$work/output"
diff "$work/output" - <<'EXPECTED'
status 1 after 6 iterations
cut at most 4.522542
X[0][1] = -0.809017
with twice the weights 9.045085
refused: 3 values of q are given, but it has 15
EXPECTED
compile Tests/C/fuzz.c "$work/fuzz" -fsanitize=address
for threads in 1 2; do SWIFT_BACKTRACE=enable=no "$work/fuzz" 4000 1 "$threads"; done
echo "test-c: passed"
