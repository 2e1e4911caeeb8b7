#!/usr/bin/env bash
# autogen-ext 0.7.5 with mcp 1.30.0 (Python). What a model gives for an argument that says "format": "uri" is rewritten before it
# is sent: a slash is put behind a bare host. A server that compares addresses byte for byte, as OAuth wants it for redirects,
# gets another one. Without the format the text goes through as it was said.
#
# Seen on 29 November 2026, CPython 3.11:
#   the model said {'plain': 'https://shop.example', 'uri': 'https://shop.example'}
#   the server got {"plain": "https://shop.example", "uri": "https://shop.example/"}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'autogen-ext[mcp]==0.7.5' mcp==1.30.0

export TOOLS='[{"name":"link","description":"links","inputSchema":{"type":"object",
  "properties":{"plain":{"type":"string"},"uri":{"type":"string","format":"uri"}},"required":["plain","uri"]}}]'
# Repeats the arguments of a call.
cat > server.py <<'PY'
import json, os, sys

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "echo", "version": "1"}}
    if method == "tools/list":
        return {"tools": json.loads(os.environ["TOOLS"])}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": json.dumps(params.get("arguments"))}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, os, sys
from autogen_core import CancellationToken
from autogen_ext.tools.mcp import StdioServerParams, mcp_server_tools

server = StdioServerParams(command=sys.executable, args=["server.py"], env=dict(os.environ))

async def main():
    [link] = await mcp_server_tools(server)
    said = {"plain": "https://shop.example", "uri": "https://shop.example"}
    print("the model said", said)
    [got] = await link.run_json(said, CancellationToken())
    print("the server got", got.text)

asyncio.run(main())
PY
expected="the model said {'plain': 'https://shop.example', 'uri': 'https://shop.example'}
the server got {\"plain\": \"https://shop.example\", \"uri\": \"https://shop.example/\"}"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
