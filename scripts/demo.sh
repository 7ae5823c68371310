#!/usr/bin/env bash
# Trains a two-layer ReLU network on the spiral as a semidefinite program, checks the certificate from the data alone, and trains it once
# more by the global search.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
swift build -c release
readonly model=.build/spiral-model.json
.build/release/cone train examples/spiral.csv --network relu --lift sdp-nn --weight-decay 0.1 --model "$model"
.build/release/cone check --model "$model" examples/spiral.csv
.build/release/cone train examples/spiral.csv --network relu --lift exact --weight-decay 0.1 --gap 1e-6
