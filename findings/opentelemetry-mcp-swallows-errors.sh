#!/usr/bin/env bash
# opentelemetry-instrumentation-mcp 0.62.4 with opentelemetry-sdk 1.45.2 and mcp 1.30.0 (Python). Once a program traces its MCP
# client, what a server answers with a JSON-RPC error, such as the name of an unknown argument, does not reach the program: in
# its place is an AttributeError about None. So it is with a failed call (isError) whose first block is no text but a link to the
# order. A model that would have mended its call is told of a fault in the client; without tracing it is told the reason.
#
# Seen on 30 November 2026, CPython 3.11. Three calls that the server refuses, without and with tracing:
#   plain error: McpError: Unknown argument: colour
#   plain failure: isError True, text
#   plain failure with a link: isError True, resource_link
#   traced error: AttributeError: 'NoneType' object has no attribute 'isError'
#   traced failure: isError True, text
#   traced failure with a link: AttributeError: 'NoneType' object has no attribute 'isError'
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check opentelemetry-instrumentation-mcp==0.62.4 opentelemetry-sdk==1.45.2 mcp==1.30.0

cat > server.py <<'PY'
import json, sys

text = {"type": "text", "text": "Order 1001 was shipped."}
link = {"type": "resource_link", "uri": "orders://1001", "name": "Order 1001"}
blocks = {"failure": [text], "failure with a link": [link, text]}

def answer(method, params):
    if method == "initialize":
        return {"result": {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}}}
    if method == "tools/list":
        return {"result": {"tools": [{"name": "cancel", "description": "cancels", "inputSchema": {"type": "object"}}]}}
    if method == "tools/call" and params["arguments"]["as"] in blocks:
        return {"result": {"content": blocks[params["arguments"]["as"]], "isError": True}}
    return {"error": {"code": -32602, "message": "Unknown argument: colour"}}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **answer(message["method"], message.get("params") or {})}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, sys
from opentelemetry.instrumentation.mcp import McpInstrumentor
from opentelemetry.sdk.trace import TracerProvider

how = sys.argv[1]
if how == "traced":
    McpInstrumentor().instrument(tracer_provider=TracerProvider())

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

async def main():
    async with stdio_client(StdioServerParameters(command=sys.executable, args=["server.py"])) as streams, ClientSession(*streams) as session:
        await session.initialize()
        for what in ["error", "failure", "failure with a link"]:
            try:
                result = await session.call_tool("cancel", {"as": what})
                seen = f"isError {result.isError}, {result.content[0].type}"
            except Exception as error:
                seen = f"{type(error).__name__}: {error}"
            print(f"{how} {what}: {seen}")

asyncio.run(main())
PY
expected="plain error: McpError: Unknown argument: colour
plain failure: isError True, text
plain failure with a link: isError True, resource_link
traced error: AttributeError: 'NoneType' object has no attribute 'isError'
traced failure: isError True, text
traced failure with a link: AttributeError: 'NoneType' object has no attribute 'isError'"
seen="$(venv/bin/python -W ignore client.py plain && venv/bin/python -W ignore client.py traced)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
