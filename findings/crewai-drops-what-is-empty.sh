#!/usr/bin/env bash
# crewai 1.15.30 with mcp 1.30.0 (Python). An empty list, an empty object and null are taken out of the arguments of an MCP tool,
# at any depth, before they are sent, without a word to the model. So nothing can be emptied: a call that should clear an order's
# tags asks for a change of nothing, and an object of a list that holds nulls only is no longer in the list. A tool that empties
# needs a word for it, such as a flag or an empty text.
#
# Seen on 30 November 2026, CPython 3.11:
#   the model said {"order_id": "1001", "set": {"tags": [], "note": null, "gift": ""}, "rows": [{"price": null}, {"price": 5}]}
#   the server got {"order_id": "1001", "set": {"gift": ""}, "rows": [{"price": 5}]}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check crewai==1.15.30 mcp==1.30.0

# Repeats the arguments of a call.
cat > server.py <<'PY'
import json, sys

SCHEMA = {"type": "object", "properties": {
    "order_id": {"type": "string"},
    "set": {"type": "object", "additionalProperties": True},
    "rows": {"type": "array", "items": {"type": "object", "additionalProperties": True}}}}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "echo", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "change", "description": "changes an order", "inputSchema": SCHEMA}]}
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
import json, sys
from crewai import Agent
from crewai.mcp import MCPServerStdio

agent = Agent(role="clerk", goal="orders", backstory="a clerk", llm="gpt-4o")
[change] = agent.get_mcp_tools([MCPServerStdio(command=sys.executable, args=["server.py"])])
said = {"order_id": "1001", "set": {"tags": [], "note": None, "gift": ""}, "rows": [{"price": None}, {"price": 5}]}
got = change.run(**said)
print("\nthe model said", json.dumps(said))
print("the server got", got)
PY
expected='the model said {"order_id": "1001", "set": {"tags": [], "note": null, "gift": ""}, "rows": [{"price": null}, {"price": 5}]}
the server got {"order_id": "1001", "set": {"gift": ""}, "rows": [{"price": 5}]}'
# Beside what is printed here, crewai draws boxes.
seen="$(HOME="$work" OPENAI_API_KEY=none CREWAI_DISABLE_TELEMETRY=true OTEL_SDK_DISABLED=true \
    venv/bin/python -W ignore client.py | grep "^the ")"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
