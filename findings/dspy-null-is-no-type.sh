#!/usr/bin/env bash
# dspy 3.4.1 with mcp 1.30.0 (Python). One argument whose type is a list, as JSON Schema writes a text that may be null ("type":
# ["string", "null"]), and the tool cannot be made: from_mcp_tool ends in a TypeError that names neither the tool nor the
# argument. The list of tools is made one by one, in a loop or a comprehension as the documentation shows it, so that the first
# such tool costs all of the server's. The same argument with anyOf, which means the same, is taken.
#
# Seen on 30 November 2026, CPython 3.11:
#   anyOf: get_order, set_note
#   a list of types: TypeError: unhashable type: 'list'
#   a list of types, without set_note: get_order
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dspy==3.4.1 mcp==1.30.0

cat > server.py <<'PY'
import json, sys

NOTE = {"anyOf": {"anyOf": [{"type": "string"}, {"type": "null"}]}, "list": {"type": ["string", "null"]}}[sys.argv[1]]

def tool(name, **arguments):
    schema = {"type": "object", "properties": {"order": {"type": "string"}, **arguments}, "required": ["order"]}
    return {"name": name, "description": "orders", "inputSchema": schema}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "shop", "version": "1"}}
    if method == "tools/list":
        return {"tools": [tool("get_order"), tool("set_note", note=NOTE)]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, sys
import dspy
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

async def names(note, without=()):
    async with stdio_client(StdioServerParameters(command=sys.executable, args=["server.py", note])) as streams:
        async with ClientSession(*streams) as session:
            await session.initialize()
            tools = [tool for tool in (await session.list_tools()).tools if tool.name not in without]
            try:
                return ", ".join(dspy.Tool.from_mcp_tool(session, tool).name for tool in tools)
            except Exception as error:
                return f"{type(error).__name__}: {error}"

print("anyOf:", asyncio.run(names("anyOf")))
print("a list of types:", asyncio.run(names("list")))
print("a list of types, without set_note:", asyncio.run(names("list", ["set_note"])))
PY
expected="anyOf: get_order, set_note
a list of types: TypeError: unhashable type: 'list'
a list of types, without set_note: get_order"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
