#!/usr/bin/env bash
# camel-ai 0.2.90 with mcp 1.30.0 (Python). FunctionTool.async_call of a tool of an MCP server always fails with a time-out,
# although the server has done what it was asked and has answered at once: the call is made in a thread with an event loop of
# its own, where the answer never arrives. Who repeats it writes twice. tool.func.async_call, which ChatAgent uses, is right.
#
# Seen on 29 November 2026, CPython 3.11:
#   tool.async_call: McpError: Timed out while waiting for response to ClientRequest. Waited 3.0 seconds.
#   tool.func.async_call: written
#   the server wrote 2 times
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check camel-ai==0.2.90 mcp==1.30.0

# Notes each call and answers it at once.
cat > server.py <<'PY'
import json, sys

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "writer", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "write", "description": "writes", "inputSchema": {"type": "object", "properties": {}}}]}
    if method == "tools/call":
        with open("written", "a") as written:
            print("one", file=written)
        return {"content": [{"type": "text", "text": "written"}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, sys
from camel.toolkits.mcp_toolkit import MCPToolkit

async def main():
    servers = {"writer": {"command": sys.executable, "args": ["server.py"]}}
    toolkit = MCPToolkit(config_dict={"mcpServers": servers}, timeout=3)
    await toolkit.connect()
    try:
        [write] = toolkit.get_tools()
        for name, call in (("tool.async_call", write.async_call), ("tool.func.async_call", write.func.async_call)):
            try:
                print(f"{name}:", await call())
            except Exception as error:
                print(f"{name}: {type(error).__name__}: {error}")
    finally:
        await toolkit.disconnect()
    with open("written") as written:
        print("the server wrote", len(written.readlines()), "times")

asyncio.run(main())
PY
expected="tool.async_call: McpError: Timed out while waiting for response to ClientRequest. Waited 3.0 seconds.
tool.func.async_call: written
the server wrote 2 times"
seen="$(venv/bin/python -W ignore client.py 2> /dev/null | grep -E "^(tool|the server)")"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
