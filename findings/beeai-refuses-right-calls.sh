#!/usr/bin/env bash
# beeai-framework 0.1.85 with mcp 1.30.0 (Python). Three usual schemas of a tool's arguments are read as others than JSON Schema
# 2020-12 defines, so that right calls are refused before they reach the server: of several types in a list ("string" or "null",
# Validation 6.1.1) it makes a list of these, and a model that gives in sends one; an object that declares no members, which is
# open (Core 10.3.2.3), may have none; and an optional argument with anyOf must be there. The last costs each call of the tool
# that leaves it out.
#
# Seen on 30 November 2026, CPython 3.11. Calls of three tools, and what the server is sent:
#   set_note {"note": "fragile"}: refused
#   set_note {"note": ["fragile"]}: sent {"note": ["fragile"]}
#   set_metadata {"metadata": {"gift": "yes"}}: refused
#   set_metadata {"metadata": {}}: sent {"metadata": {}}
#   list_orders {"limit": 5}: refused
#   list_orders {"limit": 5, "since": 7}: sent {"limit": 5, "since": 7}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check beeai-framework==0.1.85 mcp==1.30.0

# Says what it was sent.
cat > server.py <<'PY'
import json, sys

tools = {
    "set_note": {"note": {"type": ["string", "null"]}},
    "set_metadata": {"metadata": {"type": "object"}},
    "list_orders": {"limit": {"type": "integer"}, "since": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}}
    if method == "tools/list":
        schemas = {name: {"type": "object", "properties": properties} for name, properties in tools.items()}
        return {"tools": [{"name": name, "description": name, "inputSchema": schema} for name, schema in schemas.items()]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": json.dumps(params["arguments"])}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, json, sys
from beeai_framework.tools import ToolInputValidationError
from beeai_framework.tools.mcp import MCPTool
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

calls = [
    ("set_note", {"note": "fragile"}), ("set_note", {"note": ["fragile"]}),
    ("set_metadata", {"metadata": {"gift": "yes"}}), ("set_metadata", {"metadata": {}}),
    ("list_orders", {"limit": 5}), ("list_orders", {"limit": 5, "since": 7}),
]

async def main():
    async with stdio_client(StdioServerParameters(command=sys.executable, args=["server.py"])) as streams, ClientSession(*streams) as session:
        await session.initialize()
        tools = {tool.name: tool for tool in await MCPTool.from_session(session)}
        for name, arguments in calls:
            try:
                outcome = "sent " + (await tools[name].run(arguments)).get_text_content()
            except ToolInputValidationError:
                outcome = "refused"
            print(f"{name} {json.dumps(arguments)}: {outcome}")

asyncio.run(main())
PY
expected='set_note {"note": "fragile"}: refused
set_note {"note": ["fragile"]}: sent {"note": ["fragile"]}
set_metadata {"metadata": {"gift": "yes"}}: refused
set_metadata {"metadata": {}}: sent {"metadata": {}}
list_orders {"limit": 5}: refused
list_orders {"limit": 5, "since": 7}: sent {"limit": 5, "since": 7}'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
