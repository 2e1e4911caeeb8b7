#!/usr/bin/env bash
# camel-ai 0.2.90 with mcp 1.30.0 (Python). Of a tool result the agent gets the first block of the content and nothing else: a
# second text and structuredContent are dropped without a word, and so is isError. So what matters must stand in one text, at
# the front.
#
# Seen on 29 November 2026, CPython 3.11:
#   the session: Order 1001 was changed. + Its label was not: no credit. + {"done":["1001"]}
#   the agent: Order 1001 was changed.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check camel-ai==0.2.90 mcp==1.30.0

cat > server.py <<'PY'
import json, sys

def text(value):
    return {"type": "text", "text": value}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "blocks", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "change", "description": "changes", "inputSchema": {"type": "object", "properties": {}}}]}
    if method == "tools/call":
        content = [text("Order 1001 was changed."), text("Its label was not: no credit.")]
        return {"content": content, "structuredContent": {"done": ["1001"]}, "isError": True}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, json, sys
from camel.toolkits.mcp_toolkit import MCPToolkit

async def main():
    toolkit = MCPToolkit(config_dict={"mcpServers": {"blocks": {"command": sys.executable, "args": ["server.py"]}}})
    await toolkit.connect()
    try:
        result = await toolkit.clients[0].session.call_tool("change", {})
        said = [block.text for block in result.content] + [json.dumps(result.structuredContent, separators=(",", ":"))]
        print("the session:", " + ".join(said))
        [change] = toolkit.get_tools()
        # The way of a ChatAgent.
        print("the agent:", await change.func.async_call())
    finally:
        await toolkit.disconnect()

asyncio.run(main())
PY
expected='the session: Order 1001 was changed. + Its label was not: no credit. + {"done":["1001"]}
the agent: Order 1001 was changed.'
seen="$(venv/bin/python -W ignore client.py 2> /dev/null | grep "^the ")"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
