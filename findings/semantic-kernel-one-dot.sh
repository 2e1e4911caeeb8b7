#!/usr/bin/env bash
# semantic-kernel 1.45.0 (Python). One MCP tool with a dot in its name, which the protocol allows, and none of the server's
# tools can be used: the plugin fails to connect.
#
# Seen on 28 November 2026, CPython 3.11:
#   orders_list: connected, 1 function
#   orders.list and orders_list: not connected
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'semantic-kernel[mcp]==1.45.0' mcp==1.30.0

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
import asyncio, json, logging, os, sys
from semantic_kernel.connectors.mcp import MCPStdioPlugin

logging.disable(logging.CRITICAL)

async def load(names):
    tool = lambda name: {"name": name, "description": name, "inputSchema": {"type": "object", "properties": {}}}
    env = {**os.environ, "TOOLS": json.dumps([tool(name) for name in names])}
    plugin = MCPStdioPlugin(name="echo", command=sys.executable, args=["server.py"], env=env, load_prompts=False)
    what = " and ".join(names)
    try:
        async with plugin:
            from semantic_kernel import Kernel
            functions = Kernel().add_plugin(plugin).functions
            print(f"{what}: connected, {len(functions)} function")
    except Exception as error:
        print(f"{what}: not connected")

asyncio.run(load(["orders_list"]))
asyncio.run(load(["orders.list", "orders_list"]))
PY
expected="orders_list: connected, 1 function
orders.list and orders_list: not connected"
seen="$(venv/bin/python -W ignore client.py 2>/dev/null)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
