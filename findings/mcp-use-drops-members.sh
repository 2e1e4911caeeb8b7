#!/usr/bin/env bash
# mcp-use 1.7.1 (Python), LangChain adapter. Of an object in a list that declares some of its members and is open for others
# ("additionalProperties": true), only the declared ones are sent; the others go without an error or a warning. An object
# that declares none is sent whole. So a tool must not describe a part of an open object.
#
# Seen on 28 November 2026, CPython 3.11:
#   the model said {'steps': [{'op': 'note', 'text': 'Called'}], 'rows': [{'op': 'note', 'text': 'Called'}]}
#   the server got {"steps": [{"op": "note"}], "rows": [{"op": "note", "text": "Called"}]}
source "$(dirname "$0")/lib.sh"
python_with mcp-use==1.7.1

export TOOLS='[{"name":"change","description":"changes","inputSchema":{"type":"object","additionalProperties":false,
  "properties":{
    "steps":{"type":"array","items":{"type":"object","additionalProperties":true,
      "properties":{"op":{"type":"string"}},"required":["op"]}},
    "rows":{"type":"array","items":{"type":"object","additionalProperties":true}}},
  "required":["steps","rows"]}}]'
cat > client.py <<'PY'
import asyncio, os, sys
from mcp_use import MCPClient
from mcp_use.agents.adapters.langchain_adapter import LangChainAdapter

async def main():
    servers = {"echo": {"command": sys.executable, "args": [os.environ["ECHO_SERVER"]], "env": dict(os.environ)}}
    client = MCPClient.from_dict({"mcpServers": servers})
    try:
        [change] = [tool for tool in await LangChainAdapter().create_tools(client) if tool.name == "change"]
        note = {"op": "note", "text": "Called"}
        said = {"steps": [note], "rows": [note]}
        print("the model said", said)
        print("the server got", await change.ainvoke(said))
    finally:
        await client.close_all_sessions()

asyncio.run(main())
PY
MCP_USE_ANONYMIZED_TELEMETRY=false python client.py | grep "^the " | expect "the model said {'steps': [{'op': 'note', 'text': 'Called'}], 'rows': [{'op': 'note', 'text': 'Called'}]}
the server got {\"steps\": [{\"op\": \"note\"}], \"rows\": [{\"op\": \"note\", \"text\": \"Called\"}]}"
