#!/usr/bin/env bash
# autogen-ext 0.7.5 with mcp 1.30.0 (Python). One argument of one tool that says "format": "email", and no tool of the server can
# be used: the conversion of its schema needs a package that neither autogen-ext nor its extra "mcp" installs. McpWorkbench
# hands the schemas on as they are and is not touched.
#
# Seen on 29 November 2026, CPython 3.11. A server with the tools find and mail:
#   mcp_server_tools: ImportError, email-validator is not installed
#   McpWorkbench: find mail
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'autogen-ext[mcp]==0.7.5' mcp==1.30.0

export TOOLS='[{"name":"find","description":"finds","inputSchema":{"type":"object","properties":{"name":{"type":"string"}}}},
  {"name":"mail","description":"mails","inputSchema":{"type":"object","properties":{"to":{"type":"string","format":"email"}}}}]'
cat > server.py <<'PY'
import json, os, sys

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "echo", "version": "1"}}
    if method == "tools/list":
        return {"tools": json.loads(os.environ["TOOLS"])}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, os, sys
from autogen_ext.tools.mcp import McpWorkbench, StdioServerParams, mcp_server_tools

server = StdioServerParams(command=sys.executable, args=["server.py"], env=dict(os.environ))

async def main():
    try:
        print("mcp_server_tools:", *[tool.name for tool in await mcp_server_tools(server)])
    except ImportError as error:
        print("mcp_server_tools: ImportError,", str(error).split(",")[0])
    async with McpWorkbench(server) as workbench:
        print("McpWorkbench:", *[tool["name"] for tool in await workbench.list_tools()])

asyncio.run(main())
PY
expected="mcp_server_tools: ImportError, email-validator is not installed
McpWorkbench: find mail"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
