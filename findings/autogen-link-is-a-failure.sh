#!/usr/bin/env bash
# autogen-ext 0.7.5 with mcp 1.30.0 (Python). McpWorkbench gives a result that holds a link to a resource (or a sound) to the model
# as a failure, and what the tool said beside the link is gone. The call has done its work; a model that reads "error" does it
# again. The adapters of mcp_server_tools give the same result whole.
#
# Seen on 29 November 2026, CPython 3.11. The tool says "Label bought." and links to the label:
#   McpWorkbench: is_error True, "Label bought." there: False
#   mcp_server_tools: "Label bought." there: True
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'autogen-ext[mcp]==0.7.5' mcp==1.30.0

export TOOLS='[{"name":"buy","description":"buys","inputSchema":{"type":"object","properties":{}}}]'
cat > server.py <<'PY'
import json, os, sys

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "echo", "version": "1"}}
    if method == "tools/list":
        return {"tools": json.loads(os.environ["TOOLS"])}
    if method == "tools/call":
        link = {"type": "resource_link", "uri": "https://shop.example/labels/1", "name": "label"}
        return {"content": [{"type": "text", "text": "Label bought."}, link]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, logging, os, sys
from autogen_core import CancellationToken
from autogen_ext.tools.mcp import McpWorkbench, StdioServerParams, mcp_server_tools

logging.disable(logging.CRITICAL)
server = StdioServerParams(command=sys.executable, args=["server.py"], env=dict(os.environ))
said = "Label bought."

async def main():
    async with McpWorkbench(server) as workbench:
        result = await workbench.call_tool("buy", {})
        print(f'McpWorkbench: is_error {result.is_error}, "{said}" there: {said in result.to_text()}')
    [buy] = await mcp_server_tools(server)
    text = buy.return_value_as_string(await buy.run_json({}, CancellationToken()))
    print(f'mcp_server_tools: "{said}" there: {said in text}')

asyncio.run(main())
PY
expected='McpWorkbench: is_error True, "Label bought." there: False
mcp_server_tools: "Label bought." there: True'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
