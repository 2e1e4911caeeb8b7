#!/usr/bin/env bash
# crewai 1.15.30 with mcp 1.30.0 (Python). A tool call that the server answers with a JSON-RPC error, or that takes longer than 30
# seconds, is made up to three times, whatever its annotations say: a tool that has done its work before it fails has done it
# three times. A call that fails with isError is made once, and an error that speaks of "not found" too. A server that cannot
# tell whether its work was done must answer with isError, or know a repeated call.
#
# Seen on 30 November 2026, CPython 3.11:
#   a write that ends in an error was done 3 times, isError 1 time
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check crewai==1.15.30 mcp==1.30.0

# Notes each call, and fails it afterwards.
cat > server.py <<'PY'
import json, sys

WRITES = {"readOnlyHint": False, "destructiveHint": True, "idempotentHint": False, "openWorldHint": True}
TOOLS = [{"name": name, "description": "charges a card", "annotations": WRITES, "inputSchema": {"type": "object", "properties": {}}}
         for name in ["charge_error", "charge_failed"]]

def answer(method, params):
    if method == "initialize":
        return {"result": {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}},
                           "serverInfo": {"name": "shop", "version": "1"}}}
    if method == "tools/list":
        return {"result": {"tools": TOOLS}}
    if method == "tools/call":
        with open("done.txt", "a") as done:
            print(params["name"], file=done)
        if params["name"] == "charge_failed":
            return {"result": {"content": [{"type": "text", "text": "The shop did not answer."}], "isError": True}}
        return {"error": {"code": -32603, "message": "The shop did not answer."}}
    return {"error": {"code": -32601, "message": "unknown method"}}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **answer(message["method"], message.get("params") or {})}), flush=True)
PY
cat > client.py <<'PY'
import sys
from crewai import Agent
from crewai.mcp import MCPServerStdio

agent = Agent(role="clerk", goal="orders", backstory="a clerk", llm="gpt-4o")
for tool in agent.get_mcp_tools([MCPServerStdio(command=sys.executable, args=["server.py"])]):
    try:
        tool.run()
    except Exception:
        pass
done = open("done.txt").read().split()
print("\na write that ends in an error was done", done.count("charge_error"), "times, isError", done.count("charge_failed"), "time")
PY
expected='a write that ends in an error was done 3 times, isError 1 time'
# Beside what is printed here, crewai draws boxes.
seen="$(HOME="$work" OPENAI_API_KEY=none CREWAI_DISABLE_TELEMETRY=true OTEL_SDK_DISABLED=true \
    venv/bin/python -W ignore client.py | grep "^a write")"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
