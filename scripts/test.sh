#!/usr/bin/env bash
# Runs every test. Arguments are handed to swift test, such as --filter ConeSolverTests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
# Optimised, since tests solve programs. A build directory of its own keeps the flag from rebuilding the command each time.
swift test -c release -Xswiftc -enable-testing --scratch-path .build-tests "$@"
# The library for C is built from the same objects.
(($# > 0)) || scripts/test-c.sh -c release -Xswiftc -enable-testing --scratch-path .build-tests
