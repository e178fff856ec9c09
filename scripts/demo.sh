#!/usr/bin/env bash
# Analyse the shipped, synthetic sample, then verify the receipt of the answer.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p out
echo "Cherry Kitchen (synthetic): two years of a made-up restaurant group's orders."
.venv/bin/morello analyze src/morello/sample/orders.csv --out out/report.html --receipt out/receipt.tlog
echo
.venv/bin/morello verify out/receipt.tlog
echo
echo "Report:  $PWD/out/report.html   (open it in a browser)"
echo "Receipt: $PWD/out/receipt.tlog  (verify it anywhere: morello verify FILE)"
echo "Planted: src/morello/sample/effects.json lists what the analysis should find."
