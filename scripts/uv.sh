#!/usr/bin/env bash
# Run uv; install it first where it is missing. Needs no root. With --where, only say where it is.
set -euo pipefail
cd "$(dirname "$0")/.."
private=.tools/uv

find_uv() {
  local place
  for place in "$(command -v uv || true)" "$HOME/.local/bin/uv" "$private/bin/uv"; do
    if [ -n "$place" ] && "$place" --version >/dev/null 2>&1; then
      echo "$place"
      return 0
    fi
  done
  return 1
}

python_command() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1; then
      echo "$name"
      return 0
    fi
  done
  return 1
}

install_uv() {
  local python
  python=$(python_command) || return 1
  # Each way works where another does not: --user is refused inside a virtual environment and by
  # Debian's "externally managed" Python, venv is missing where python3-venv is, and so on.
  "$python" -m pip install --quiet --user uv && find_uv >/dev/null && return 0
  "$python" -m venv "$private" && "$private/bin/python" -m pip install --quiet uv &&
    find_uv >/dev/null && return 0
  rm -rf "$private"
  "$python" -m pip install --quiet --target "$private" uv && find_uv >/dev/null && return 0
  command -v pipx >/dev/null && pipx install uv && find_uv >/dev/null && return 0
  return 1
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! uv=$(find_uv); then
  echo "uv is missing; installing it ..." >&2
  if ! install_uv >"$log" 2>&1; then
    cat "$log" >&2
    cat >&2 <<'WORDS'

uv could not be installed in any of four ways (see above). Do one of these, then try again:
  - Debian, Ubuntu:  apt-get install python3-pip python3-venv
  - macOS:           brew install uv
  - any system:      see https://docs.astral.sh/uv/getting-started/installation/
WORDS
    exit 1
  fi
  uv=$(find_uv)
fi
if [ "${1:-}" = --where ]; then
  echo "$uv"
  exit 0
fi
rm -f "$log"
exec "$uv" "$@"
