#!/usr/bin/env bash
# llama-index-tools-mcp 0.6.0 (Python). A tool result with isError true reaches the agent as an output whose is_error is
# False; what failed shows only in the text.
#
# Seen on 28 November 2026, CPython 3.11:
#   is_error: False
#   the text says isError=True: True
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check llama-index-tools-mcp==0.6.0 mcp==2.3.0

export TOOLS='[{"name":"fail","description":"fails","inputSchema":{"type":"object","properties":{}}}]'
# Repeats the arguments of a call, and says that the tool "fail" failed.
cat > server.py <<'PY'
import json, os, sys

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "echo", "version": "1"}}
    if method == "tools/list":
        return {"tools": json.loads(os.environ["TOOLS"])}
    if method == "tools/call":
        text = json.dumps(params.get("arguments"))
        return {"content": [{"type": "text", "text": text}], "isError": params["name"] == "fail"}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, os, sys
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec

async def main():
    client = BasicMCPClient(sys.executable, args=["server.py"], env=dict(os.environ))
    [fail] = await McpToolSpec(client=client).to_tool_list_async()
    output = await fail.acall()
    text = str(output.content)
    print("is_error:", output.is_error)
    print("the text says isError=True:", "isError=True" in text or "is_error=True" in text)

asyncio.run(main())
PY
expected="is_error: False
the text says isError=True: True"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
