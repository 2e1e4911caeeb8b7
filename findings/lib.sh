#!/usr/bin/env bash
# What every script here begins with: a temporary folder that goes away with it, packages of stated versions in it, and a
# comparison of what was seen with what is written down. Sourced, not run.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# Tools of one MCP server over stdio, without any library: what arrives is repeated.
export ECHO_SERVER="$here/echo_server.py"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

# python_with PACKAGE==VERSION ...: installs them; `python` then runs with them.
python_with() {
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check "$@"
}
python() { "$work/venv/bin/python" -W ignore "$@"; }

# node_with PACKAGE@VERSION ...: installs them where `node` finds them from the temporary folder.
node_with() {
    npm install --prefix "$work" --silent --no-audit --no-fund "$@"
}

# expect TEXT: prints standard input and fails when it is anything else.
expect() {
    local seen
    seen="$(cat)"
    echo "$seen"
    [ "$seen" = "$1" ] || {
        echo "this is no longer what was seen" >&2
        exit 1
    }
}
