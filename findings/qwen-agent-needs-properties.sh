#!/usr/bin/env bash
# qwen-agent 0.0.34 with mcp 1.30.0 (Python). One tool without arguments that says so as the protocol recommends, with an object
# that lists no properties, and no tool of the server can be used: starting ends in a ValueError that does not name the tool. An
# empty list of properties is enough.
#
# Seen on 29 November 2026, CPython 3.11. The server has a tool order with an argument, and a tool stores without any:
#   {"type": "object", "additionalProperties": false}: ValueError: Missing required fields in schema: {'properties'}
#   {"type": "object"}: ValueError: Missing required fields in schema: {'properties'}
#   {"type": "object", "properties": {}}: shop-order, shop-stores
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check qwen-agent==0.0.34 mcp==1.30.0 \
    soundfile==0.14.0 tqdm==4.70.1 python-dateutil==2.9.0.post0

cat > server.py <<'PY'
import json, sys

id_only = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
tools = [
    {"name": "order", "description": "reads", "inputSchema": id_only},
    {"name": "stores", "description": "lists", "inputSchema": json.loads(sys.argv[1])},
]

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "shop", "version": "1"}}
    if method == "tools/list":
        return {"tools": tools}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import json, logging, sys
from qwen_agent.tools.mcp_manager import MCPManager

logging.disable(logging.CRITICAL)
for schema in {"type": "object", "additionalProperties": False}, {"type": "object"}, {"type": "object", "properties": {}}:
    text = json.dumps(schema)
    server = {"command": sys.executable, "args": ["server.py", text]}
    try:
        tools = MCPManager().initConfig({"mcpServers": {"shop": server}})
        print(f"{text}:", ", ".join(tool.name for tool in tools))
    except ValueError as error:
        print(f"{text}: ValueError: {error}")
PY
error="ValueError: Missing required fields in schema: {'properties'}"
expected="{\"type\": \"object\", \"additionalProperties\": false}: $error
{\"type\": \"object\"}: $error
{\"type\": \"object\", \"properties\": {}}: shop-order, shop-stores"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
