#!/usr/bin/env bash
# @anthropic-ai/mcpb 2.1.2 (Node). `mcpb pack` leaves out files that look like a developer's leftovers (*.map, *.log, tsconfig.json
# and more), in every folder, data of the server included. It says that all went well and calls them files of .mcpbignore,
# which does not exist. Only the installed bundle shows that they are missing. "!NAME" in a .mcpbignore keeps one.
#
# Seen on 29 November 2026, Node 20. Given: manifest.json, server.js, data/zones.json, data/zones.map
#   packed: data/zones.json manifest.json server.js
#   ignored (.mcpbignore) files: 1
#   with !data/zones.map in .mcpbignore: data/zones.json data/zones.map manifest.json server.js
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @anthropic-ai/mcpb@2.1.2

mkdir -p shop/data
echo '{}' > shop/data/zones.json
echo 'DE 1' > shop/data/zones.map
echo 'console.log("up")' > shop/server.js
cat > shop/manifest.json <<'JSON'
{
  "manifest_version": "0.3", "name": "shop", "version": "1.0.0", "description": "A shop", "author": { "name": "Jane Doe" },
  "server": { "type": "node", "entry_point": "server.js",
    "mcp_config": { "command": "node", "args": ["${__dirname}/server.js", "${__dirname}/data/zones.map"] } }
}
JSON
pack() {
    node_modules/.bin/mcpb pack shop "$1.mcpb" > "$1.log" 2>&1
    python3 -c 'import sys, zipfile; print(*sorted(zipfile.ZipFile(sys.argv[1]).namelist()))' "$1.mcpb"
}
expected="packed: data/zones.json manifest.json server.js
ignored (.mcpbignore) files: 1
with !data/zones.map in .mcpbignore: data/zones.json data/zones.map manifest.json server.js"
seen="$(
    echo "packed: $(pack plain)"
    grep "ignored" plain.log
    echo '!data/zones.map' > shop/.mcpbignore
    echo "with !data/zones.map in .mcpbignore: $(pack kept)"
)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
