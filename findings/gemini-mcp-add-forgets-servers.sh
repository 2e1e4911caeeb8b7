#!/usr/bin/env bash
# @google/gemini-cli 0.61.0 (Node). `gemini mcp add` in a project folder that is not trusted yet, which is how each begins, writes
# .gemini/settings.json anew: the servers and settings that stood there are gone. It says that the server was added, and ends
# with 0. The settings of the user (--scope user) keep what they hold.
#
# Seen on 29 November 2026, Node 20. The servers that are configured after each command:
#   project, add orders: orders
#   project, add mail: mail
#   user, add orders: orders
#   user, add mail: orders mail
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @google/gemini-cli@0.61.0

mkdir home project
export HOME="$work/home"
cd project
add() {
    local folder="$work/project"
    [ "$1" = project ] || folder="$HOME"
    ../node_modules/.bin/gemini mcp add --scope "$1" "$2" some-server > ../log 2>&1
    echo "$1, add $2: $(node -p 'Object.keys(require(process.argv[1]).mcpServers).join(" ")' "$folder/.gemini/settings.json")"
}
expected="project, add orders: orders
project, add mail: mail
user, add orders: orders
user, add mail: orders mail"
seen="$(
    add project orders
    add project mail
    add user orders
    add user mail
)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
