#!/usr/bin/env bash
# pipecat-ai 1.14.0 with mcp 2.3.0 (Python). A result without a text in it, a picture, a link, structured content alone or
# nothing at all, becomes a sentence that says the tool could not be called, which is what a voice assistant then tells its
# user. The call has done its work; who hears "sorry" asks again, and buys a second label.
#
# Seen on 29 November 2026, CPython 3.11. The tool buys a label each time and gives back:
#   a text: "Label bought."
#   a picture: "Sorry, could not call the mcp tool"
#   a link: "Sorry, could not call the mcp tool"
#   structured content: "Sorry, could not call the mcp tool"
#   nothing: "Sorry, could not call the mcp tool"
#   labels bought: 5
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'pipecat-ai[mcp]==1.14.0' mcp==2.3.0

cat > server.py <<'PY'
import json, sys

tool = {"name": "buy", "description": "buys", "inputSchema": {"type": "object", "properties": {"give": {"type": "string"}}}}
results = {
    "a text": {"content": [{"type": "text", "text": "Label bought."}]},
    "a picture": {"content": [{"type": "image", "data": "iVBORw0KGgo=", "mimeType": "image/png"}]},
    "a link": {"content": [{"type": "resource_link", "uri": "https://shop.example/labels/1", "name": "label"}]},
    "structured content": {"content": [], "structuredContent": {"label": "1"}},
    "nothing": {"content": []},
}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "labels", "version": "1"}}
    if method == "tools/list":
        return {"tools": [tool]}
    if method == "tools/call":
        with open("bought", "a") as labels:
            print("label", file=labels)
        return results[params["arguments"]["give"]]

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, sys
from types import SimpleNamespace
from loguru import logger
from mcp import StdioServerParameters
from pipecat.services.mcp_service import MCPClient

logger.remove()

async def main():
    async with MCPClient(StdioServerParameters(command=sys.executable, args=["server.py"])) as client:
        [buy] = (await client.tools()).standard_tools
        for give in ["a text", "a picture", "a link", "structured content", "nothing"]:
            async def given(result):
                print(f'{give}: "{result}"')
            call = SimpleNamespace(function_name="buy", tool_call_id="1", arguments={"give": give}, result_callback=given)
            await buy.handler(call)
    print("labels bought:", len(open("bought").readlines()))

asyncio.run(main())
PY
sorry="Sorry, could not call the mcp tool"
expected="a text: \"Label bought.\"
a picture: \"$sorry\"
a link: \"$sorry\"
structured content: \"$sorry\"
nothing: \"$sorry\"
labels bought: 5"
seen="$(venv/bin/python -W ignore client.py 2> log)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
