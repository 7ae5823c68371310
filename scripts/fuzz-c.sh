#!/usr/bin/env bash
# Fuzzes the library for C under AddressSanitizer and LeakSanitizer, the Swift code included: fuzz-c.sh [CALLS [SEED]].
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly calls=${1:-100000} seed=${2:-1} scratch=.build-asan
swift build -c release --product conesolver --sanitize address --scratch-path "$scratch"
directory=$(swift build -c release --product conesolver --sanitize address --scratch-path "$scratch" --show-bin-path)
# The sanitizer's own library must be the compiler's that built the Swift code.
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
"$clang" -std=c11 -O1 -g -fsanitize=address -ISources/CConeSolver Tests/C/fuzz.c -o "$scratch/fuzz" \
  -L"$directory" -Wl,-rpath,"$directory" -lconesolver -lpthread -lm
for threads in 1 2; do SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=handle_sigill=1 "$scratch/fuzz" "$calls" "$seed" "$threads"; done
