#!/usr/bin/env bash
# openai-agents 0.24.0 (Python), MCP tools with convert_schemas_to_strict. Optional arguments become required and are not
# made nullable, so that a model must invent a value for each: a filter that was to be left out, a limit, a flag.
#
# Seen on 28 November 2026, CPython 3.11:
#   before: required ["name"]
#   after: required ["name", "limit", "folder"]
#   folder: {"type": "string"}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openai-agents==0.24.0 mcp==2.3.0

export TOOLS='[{"name":"find","description":"finds","inputSchema":{"type":"object","additionalProperties":false,
  "properties":{"name":{"type":"string"},"limit":{"type":"integer"},"folder":{"type":"string"}},"required":["name"]}}]'
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
import asyncio, json, os, sys
from agents import Agent, RunContextWrapper
from agents.mcp import MCPServerStdio, MCPUtil

async def main():
    params = {"command": sys.executable, "args": ["server.py"], "env": dict(os.environ)}
    async with MCPServerStdio(params=params) as server:
        [listed] = await server.list_tools()
        schema = getattr(listed, "inputSchema", None) or listed.input_schema
        print("before: required", json.dumps(schema["required"]))
        agent = Agent(name="a", mcp_servers=[server])
        [tool] = await MCPUtil.get_all_function_tools([server], True, RunContextWrapper(context=None), agent)
        print("after: required", json.dumps(tool.params_json_schema["required"]))
        print("folder:", json.dumps(tool.params_json_schema["properties"]["folder"]))

asyncio.run(main())
PY
expected='before: required ["name"]
after: required ["name", "limit", "folder"]
folder: {"type": "string"}'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
