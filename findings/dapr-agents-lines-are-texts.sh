#!/usr/bin/env bash
# dapr-agents 1.0.9 with dapr-ext-workflow 1.18.3 and mcp 1.30.0 (Python). What an argument of an MCP tool says of itself by a
# reference ($ref), a list of values or not at all is taken for a text, and of several types the first is the only one. Lines of
# an order that are described once, in $defs, have to be texts: the model is told so, the call that the server's schema allows is
# refused before it is sent, and the one that it forbids is sent. Only a plain "type" where it is used arrives as it was meant.
#
# Seen on 30 November 2026, CPython 3.11. Of a tool: what the model is told, and calls
#   lines of {"$ref": "#/$defs/line"}: a list of string
#   ship_to {"$ref": "#/$defs/address"}: string
#   priority {"enum": [1, 2, 3]}: string
#   order_id {"type": ["integer", "string"]}: integer
#   {"lines": [{"name": "Mug"}]}: refused
#   {"lines": ["Mug"]}: sent
#   {"ship_to": {"city": "Troy"}}: refused
#   {"priority": 2}: refused
#   {"order_id": "A-1001"}: refused
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dapr-agents==1.0.9 dapr-ext-workflow==1.18.3 mcp==1.30.0

cat > server.py <<'PY'
import json, sys

text = {"type": "string"}
schema = {"type": "object", "properties": {
    "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
    "ship_to": {"$ref": "#/$defs/address"},
    "priority": {"enum": [1, 2, 3]},
    "order_id": {"type": ["integer", "string"]},
}, "$defs": {
    "line": {"type": "object", "properties": {"name": text}},
    "address": {"type": "object", "properties": {"city": text}},
}}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "change", "description": "changes", "inputSchema": schema}]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": "sent"}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, json, logging, sys
from dapr_agents.tool.mcp import MCPClient

logging.disable(logging.CRITICAL)

def told(schema):
    [kind] = [option for option in schema.get("anyOf", [schema]) if option["type"] != "null"]
    return f"a list of {kind['items']['type']}" if kind["type"] == "array" else kind["type"]

async def main():
    async with MCPClient(persistent_connections=True) as client:
        await client.connect_stdio("shop", sys.executable, ["server.py"])
        [change] = client.get_all_tools()
        properties = change.to_function_call("openai")["function"]["parameters"]["properties"]
        print('lines of {"$ref": "#/$defs/line"}:', told(properties["lines"]))
        print('ship_to {"$ref": "#/$defs/address"}:', told(properties["ship_to"]))
        print('priority {"enum": [1, 2, 3]}:', told(properties["priority"]))
        print('order_id {"type": ["integer", "string"]}:', told(properties["order_id"]))
        for arguments in [{"lines": [{"name": "Mug"}]}, {"lines": ["Mug"]}, {"ship_to": {"city": "Troy"}}, {"priority": 2}, {"order_id": "A-1001"}]:
            try:
                outcome = (await change.arun(**arguments)).content[0].text
            except Exception as error:
                outcome = "refused" if "Validation error" in str(error) else f"{type(error).__name__}: {error}"
            print(f"{json.dumps(arguments)}: {outcome}")

asyncio.run(main())
PY
# shellcheck disable=SC2016 # $ref is a word of JSON Schema
expected='lines of {"$ref": "#/$defs/line"}: a list of string
ship_to {"$ref": "#/$defs/address"}: string
priority {"enum": [1, 2, 3]}: string
order_id {"type": ["integer", "string"]}: integer
{"lines": [{"name": "Mug"}]}: refused
{"lines": ["Mug"]}: sent
{"ship_to": {"city": "Troy"}}: refused
{"priority": 2}: refused
{"order_id": "A-1001"}: refused'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
