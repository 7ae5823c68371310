#!/usr/bin/env bash
# Tests the readers, the verification and the bookkeeping. Needs Python 3 with numpy and scipy; peers that are installed are tried too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec "${PYTHON:-python3}" -m unittest discover -t . -s tests "$@"
