#!/usr/bin/env bash
# Bring .venv to exactly what requirements.lock says, and put this checkout into it.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=$(scripts/uv.sh --where)

"$uv" venv --quiet --allow-existing --no-project --python '>=3.11,<3.15' .venv
echo "Installing the locked environment into .venv ..."
# Syncing removes what the lock does not name, so the checkout itself comes last.
"$uv" pip sync --quiet --require-hashes --compile-bytecode --python .venv/bin/python requirements.lock
"$uv" pip install --quiet --no-deps --python .venv/bin/python --editable .

if command -v uv >/dev/null; then
  echo "Ready. Try: uv run morello analyze FILE"
else
  echo "Ready. uv is at $uv, which is not on your PATH; call .venv/bin/morello instead of uv run morello."
fi
