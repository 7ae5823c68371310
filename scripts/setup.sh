#!/usr/bin/env bash
# Checks for Swift and installs the C libraries, on Debian and its relatives. Does nothing where nothing is missing.
set -euo pipefail

fail() {
  echo "setup: $*" >&2
  exit 1
}

# Swift, at least 6.1: the version of Package.swift's tools.
readonly needed_major=6 needed_minor=1
command -v swift >/dev/null ||
  fail "swift is not on the PATH; install Swift $needed_major.$needed_minor or newer from https://www.swift.org/install"
if [[ $(swift --version 2>&1 || true) =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]]; then
  major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
  ((major > needed_major || (major == needed_major && minor >= needed_minor))) ||
    fail "Swift $major.$minor is too old; install $needed_major.$needed_minor or newer from https://www.swift.org/install"
fi
swift_runs() { swift build --version >/dev/null 2>&1; }

# The libraries with their headers, and what the Swift compiler needs to link a program and to fetch a package.
packages=(
  libopenblas-dev liblapacke-dev libsuitesparse-dev zlib1g-dev pkg-config
  binutils g++ libc6-dev git ca-certificates
)
# What the Swift compiler itself links to, where its installation did not see to that.
swift_runs || packages+=(libcurl4-openssl-dev libxml2-dev libsqlite3-dev libncurses-dev)

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "setup: no apt-get here; make sure that OpenBLAS, LAPACKE, CHOLMOD and zlib are installed with their headers" >&2
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done

if ((${#missing[@]} > 0)); then
  as_root=(env DEBIAN_FRONTEND=noninteractive)
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "these packages are missing: ${missing[*]}; run this script as root, or install them with apt-get"
    as_root=(sudo "${as_root[@]}")
  fi
  echo "setup: installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
swift_runs || fail "Swift does not run; mend its installation. It says: $(swift build --version 2>&1 || true)"

# CHOLMOD and LAPACKE find LAPACK through the alternatives system, which may point at the slow reference routines.
lapack=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p | awk '$1 == "liblapack.so.3" && !found { print $NF; found = 1 }')
if [[ -z $lapack ]]; then
  echo "setup: warning: liblapack.so.3 is not found; reinstall libopenblas0" >&2
elif [[ $(readlink -f "$lapack") != *openblas* ]]; then
  echo "setup: warning: $lapack is $(readlink -f "$lapack"), which is not OpenBLAS's; dense programs may run slower." >&2
  triplet=$(gcc -dumpmachine 2>/dev/null || echo '<triplet>')
  echo "setup: choose OpenBLAS's with: update-alternatives --config liblapack.so.3-$triplet" >&2
fi
