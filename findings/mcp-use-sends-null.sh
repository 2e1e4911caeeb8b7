#!/usr/bin/env bash
# mcp-use 1.7.1 (Python), LangChain adapter. A model that leaves optional arguments out has them sent as null, so that a
# server whose schema says "type": "string" has to refuse a call that was right.
#
# Seen on 28 November 2026, CPython 3.11:
#   the model said {'name': 'mug'}
#   the server got {"name": "mug", "limit": null, "note": null}
source "$(dirname "$0")/lib.sh"
python_with mcp-use==1.7.1

export TOOLS='[{"name":"find","description":"finds","inputSchema":{"type":"object","additionalProperties":false,
  "properties":{"name":{"type":"string"},"limit":{"type":"integer"},"note":{"type":"string"}},"required":["name"]}}]'
cat > client.py <<'PY'
import asyncio, os, sys
from mcp_use import MCPClient
from mcp_use.agents.adapters.langchain_adapter import LangChainAdapter

async def main():
    servers = {"echo": {"command": sys.executable, "args": [os.environ["ECHO_SERVER"]], "env": dict(os.environ)}}
    client = MCPClient.from_dict({"mcpServers": servers})
    try:
        [find] = [tool for tool in await LangChainAdapter().create_tools(client) if tool.name == "find"]
        said = {"name": "mug"}
        print("the model said", said)
        print("the server got", await find.ainvoke(said))
    finally:
        await client.close_all_sessions()

asyncio.run(main())
PY
MCP_USE_ANONYMIZED_TELEMETRY=false python client.py | grep "^the " | expect "the model said {'name': 'mug'}
the server got {\"name\": \"mug\", \"limit\": null, \"note\": null}"
