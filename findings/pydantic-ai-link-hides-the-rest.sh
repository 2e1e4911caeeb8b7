#!/usr/bin/env bash
# pydantic-ai-slim 2.68.0 with fastmcp-slim 4.2.3 and mcp 2.3.0 (Python). A model is given the structured content of a tool
# result, unless a link to a resource stands beside it: then the structured content is dropped, and of the link only the address
# is left. The tools have not changed; the one with a report to link to suddenly says nothing. With a link the numbers must
# stand in a text too.
#
# Seen on 29 November 2026, CPython 3.11. The structured content is {"orders":2,"total":"9.00"}; the model is given:
#   alone: {"orders":2,"total":"9.00"}
#   with a text: {"orders":2,"total":"9.00"}
#   with a link: orders://shop/report.csv
#   with a text and a link: ["See the report.","orders://shop/report.csv"]
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'pydantic-ai-slim[mcp]==2.68.0' fastmcp-slim==4.2.3 mcp==2.3.0

cat > server.py <<'PY'
import json, sys

blocks = {
    "text": {"type": "text", "text": "See the report."},
    "link": {"type": "resource_link", "uri": "orders://shop/report.csv", "name": "Orders of May", "mimeType": "text/csv"},
}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "report", "version": "1"}}
    if method == "tools/list":
        schema = {"type": "object", "properties": {"blocks": {"type": "array", "items": {"type": "string"}}}}
        return {"tools": [{"name": "report", "description": "reports", "inputSchema": schema}]}
    if method == "tools/call":
        content = [blocks[name] for name in params["arguments"]["blocks"]]
        return {"content": content, "structuredContent": {"orders": 2, "total": "9.00"}}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, sys
from fastmcp.client.transports import StdioTransport
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import FunctionModel

wanted = {"alone": [], "with a text": ["text"], "with a link": ["link"], "with a text and a link": ["text", "link"]}

async def main():
    for name, blocks in wanted.items():
        # Calls the tool once, and says what it was given.
        def model(messages, _info):
            last = messages[-1].parts[-1]
            if last.part_kind == "tool-return":
                return ModelResponse(parts=[TextPart(last.model_response_str())])
            return ModelResponse(parts=[ToolCallPart("report", {"blocks": blocks})])

        toolset = MCPToolset(StdioTransport(sys.executable, ["server.py"]))
        async with Agent(FunctionModel(model), toolsets=[toolset]) as agent:
            print(f"{name}:", (await agent.run("How was May?")).output)

asyncio.run(main())
PY
expected='alone: {"orders":2,"total":"9.00"}
with a text: {"orders":2,"total":"9.00"}
with a link: orders://shop/report.csv
with a text and a link: ["See the report.","orders://shop/report.csv"]'
seen="$(venv/bin/python -W ignore client.py 2> log)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
