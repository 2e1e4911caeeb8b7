#!/usr/bin/env bash
# @google/gemini-cli 0.61.0 (Node). `gemini mcp add -e NAME=VALUE` keeps the value up to its first equals sign and drops the rest
# without a word, so that each key in Base64 that ends in "=" is stored wrong, and so is a value that holds a setting. The
# server starts and says that its key is not valid. A header (-H) is kept whole.
#
# Seen on 29 November 2026, Node 20. Given: -e MASTER_KEY=c2VjcmV0IGtleQ== -e OPTIONS=limit=50 and -H "X-Key: c2VjcmV0IGtleQ=="
#   "MASTER_KEY": "c2VjcmV0IGtleQ"
#   "OPTIONS": "limit"
#   "X-Key": "c2VjcmV0IGtleQ=="
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @google/gemini-cli@0.61.0

mkdir home
export HOME="$work/home"
add() {
    node_modules/.bin/gemini mcp add --scope user "$@" > log 2>&1
}
add -e MASTER_KEY=c2VjcmV0IGtleQ== -e OPTIONS=limit=50 shop-local some-server
add --transport http -H "X-Key: c2VjcmV0IGtleQ==" shop-remote https://shop.example/mcp
expected='"MASTER_KEY": "c2VjcmV0IGtleQ"
"OPTIONS": "limit"
"X-Key": "c2VjcmV0IGtleQ=="'
seen="$(grep -oE '"(MASTER_KEY|OPTIONS|X-Key)": "[^"]*"' home/.gemini/settings.json)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
