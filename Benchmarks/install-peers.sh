#!/usr/bin/env bash
# Installs the peers of the benchmarks: csdp, sdpa and gnuplot by apt, the libraries into a virtual environment.
#
#     Benchmarks/install-peers.sh [DIRECTORY]      .venv-benchmarks by default
#     .venv-benchmarks/bin/python Benchmarks/run.py …
#
# The package itself needs none of it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=${1:-.venv-benchmarks}

as_root=()
[[ $(id -u) -eq 0 ]] || as_root=(sudo)
packages=(coinor-csdp sdpa gnuplot-nox python3-venv)
missing=()
for package in "${packages[@]}"; do
  [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) == ii* ]] || missing+=("$package")
done
if [[ ${#missing[@]} -gt 0 ]]; then
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

python3 -m venv "$target"
"$target/bin/pip" install --quiet --requirement "$here/requirements.txt"
echo "peers are installed; run: $target/bin/python Benchmarks/run.py --help"
