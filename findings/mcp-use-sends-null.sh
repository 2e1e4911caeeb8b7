#!/usr/bin/env bash
# mcp-use 1.7.1 (Python), LangChain adapter. A model that leaves optional arguments out has them sent as null, so that a
# server whose schema says "type": "string" has to refuse a call that was right.
#
# Seen on 28 November 2026, CPython 3.11:
#   the model said {'name': 'mug'}
#   the server got {"name": "mug", "limit": null, "note": null}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp-use==1.7.1 mcp==1.30.0 langchain-core==1.8.3

export TOOLS='[{"name":"find","description":"finds","inputSchema":{"type":"object","additionalProperties":false,
  "properties":{"name":{"type":"string"},"limit":{"type":"integer"},"note":{"type":"string"}},"required":["name"]}}]'
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
import asyncio, os, sys
from mcp_use import MCPClient
from mcp_use.agents.adapters.langchain_adapter import LangChainAdapter

async def main():
    servers = {"echo": {"command": sys.executable, "args": ["server.py"], "env": dict(os.environ)}}
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
expected="the model said {'name': 'mug'}
the server got {\"name\": \"mug\", \"limit\": null, \"note\": null}"
seen="$(MCP_USE_ANONYMIZED_TELEMETRY=false venv/bin/python -W ignore client.py | grep "^the ")"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
