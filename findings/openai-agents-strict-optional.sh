#!/usr/bin/env bash
# openai-agents 0.24.0 (Python), MCP tools with convert_schemas_to_strict. Optional arguments become required and are not
# made nullable, so that a model must invent a value for each: a filter that was to be left out, a limit, a flag.
#
# Seen on 28 November 2026, CPython 3.11:
#   before: required ["name"]
#   after: required ["name", "limit", "folder"]
#   folder: {"type": "string"}
source "$(dirname "$0")/lib.sh"
python_with openai-agents==0.24.0

export TOOLS='[{"name":"find","description":"finds","inputSchema":{"type":"object","additionalProperties":false,
  "properties":{"name":{"type":"string"},"limit":{"type":"integer"},"folder":{"type":"string"}},"required":["name"]}}]'
cat > client.py <<'PY'
import asyncio, json, os, sys
from agents import Agent, RunContextWrapper
from agents.mcp import MCPServerStdio, MCPUtil

async def main():
    params = {"command": sys.executable, "args": [os.environ["ECHO_SERVER"]], "env": dict(os.environ)}
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
python client.py | expect 'before: required ["name"]
after: required ["name", "limit", "folder"]
folder: {"type": "string"}'
