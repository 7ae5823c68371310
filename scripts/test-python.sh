#!/usr/bin/env bash
# Tests the Python package as its users get it: the wheel of scripts/wheel.sh in a fresh virtual environment, with the newest CVXPY and
# with 1.8, and no Swift on the path. Fetches packages from PyPI. PYTHON chooses the interpreter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

wheel=$(ls .build-wheel/dist/conesolver-*.whl 2>/dev/null) || { scripts/wheel.sh; wheel=$(ls .build-wheel/dist/conesolver-*.whl); }
for cvxpy in "cvxpy>=1.9" "cvxpy==1.8.*"; do
  environment=.build-wheel/test-${cvxpy//[^0-9]/}
  "${PYTHON:-python3}" -m venv --clear "$environment"
  "$environment/bin/pip" install -q pytest scikit-learn "$cvxpy" "$wheel"
  echo "test-python: $cvxpy"
  env -i PATH=/usr/bin:/bin HOME="$HOME" "$environment/bin/python" -m pytest -q -p no:cacheprovider python/tests
done
