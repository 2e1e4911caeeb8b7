#!/usr/bin/env bash
# mcp2py 0.6.0 with fastmcp 2.14.7, and aisuite 0.2.0, both with mcp 1.30.0 (Python). One tool whose schema lists an optional argument
# before a required one, whose order means nothing in JSON Schema, and the functions of none of the server's tools can be had for
# an agent: a ValueError names neither the tool nor the argument. Called by its name (mcp2py) the same tool works. So a server
# had better list what is required first.
#
# Seen on 30 November 2026, CPython 3.11. A server with two tools, of which "ship" takes a note and the number of an order:
#   mcp2py, number first: functions for stock, ship
#   mcp2py, note first: ValueError: non-default argument follows default argument
#   mcp2py, note first, by its name: {"order_id": "1001"}
#   aisuite, number first: functions for stock, ship
#   aisuite, note first: ValueError: non-default argument follows default argument
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in mcp2py aisuite; do
    python3 -m venv "$package"
done
mcp2py/bin/pip install --quiet --disable-pip-version-check mcp2py==0.6.0 fastmcp==2.14.7 mcp==1.30.0
aisuite/bin/pip install --quiet --disable-pip-version-check "aisuite[mcp]==0.2.0" docstring-parser mcp==1.30.0

# Repeats the arguments of a call.
cat > server.py <<'PY'
import json, sys

arguments = ["order_id", "note"] if sys.argv[1] == "number" else ["note", "order_id"]
ship = {"type": "object", "properties": {name: {"type": "string"} for name in arguments}, "required": ["order_id"]}
stock = {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": name, "description": name, "inputSchema": schema} for name, schema in [("stock", stock), ("ship", ship)]]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": json.dumps(params["arguments"])}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > with_mcp2py.py <<'PY'
import sys
from mcp2py import load

for first in ["number", "note"]:
    with load([sys.executable, "server.py", first]) as server:
        try:
            print(f"mcp2py, {first} first: functions for", ", ".join(function.__name__ for function in server.tools))
        except ValueError as error:
            print(f"mcp2py, {first} first: ValueError: {error}")
            print(f"mcp2py, {first} first, by its name:", server.ship(order_id="1001"))
PY
cat > with_aisuite.py <<'PY'
import sys
from aisuite.mcp import MCPClient

for first in ["number", "note"]:
    client = MCPClient(command=sys.executable, args=["server.py", first])
    try:
        print(f"aisuite, {first} first: functions for", ", ".join(function.__name__ for function in client.get_callable_tools()))
    except ValueError as error:
        print(f"aisuite, {first} first: ValueError: {error}")
    client.close()
PY
expected='mcp2py, number first: functions for stock, ship
mcp2py, note first: ValueError: non-default argument follows default argument
mcp2py, note first, by its name: {"order_id": "1001"}
aisuite, number first: functions for stock, ship
aisuite, note first: ValueError: non-default argument follows default argument'
seen="$(mcp2py/bin/python -W ignore with_mcp2py.py && aisuite/bin/python -W ignore with_aisuite.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
