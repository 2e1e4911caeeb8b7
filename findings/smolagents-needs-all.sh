#!/usr/bin/env bash
# smolagents 1.26.0 with mcpadapt 0.1.19 and mcp 1.30.0 (Python). `required` of an input schema counts for nothing: a
# ToolCallingAgent refuses a call that leaves an optional argument out, unless its schema says "nullable": true, which is no
# keyword of JSON Schema.
#
# Seen on 28 November 2026, CPython 3.11:
#   folder left out: Argument folder is required
#   note left out: accepted
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'smolagents[mcp]==1.26.0' mcpadapt==0.1.19 mcp==1.30.0

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
import json, os, sys
from mcp import StdioServerParameters
from smolagents import ToolCollection
from smolagents.tools import validate_tool_arguments

def said(argument, schema):
    properties = {"name": {"type": "string", "description": "n"}, argument: {"type": "string", "description": "d", **schema}}
    tool = {"name": "find", "description": "finds",
            "inputSchema": {"type": "object", "properties": properties, "required": ["name"]}}
    env = {**os.environ, "TOOLS": json.dumps([tool])}
    server = StdioServerParameters(command=sys.executable, args=["server.py"], env=env)
    with ToolCollection.from_mcp(server, trust_remote_code=True, structured_output=False) as collection:
        [find] = collection.tools
        try:
            validate_tool_arguments(find, {"name": "mug"})
            print(argument, "left out: accepted")
        except ValueError as error:
            print(argument, "left out:", error)

said("folder", {})
said("note", {"nullable": True})
PY
expected="folder left out: Argument folder is required
note left out: accepted"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
