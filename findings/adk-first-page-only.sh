#!/usr/bin/env bash
# google-adk 2.13.0 with mcp 2.3.0 (Python). Of a server that gives its tools in pages, as the protocol allows, McpToolset knows
# the first page only: nextCursor is never asked for, and nothing is logged. The agent says that it cannot do what the other
# tools are for. The SDK below gives all of them to a caller that follows the cursor.
#
# Seen on 29 November 2026, CPython 3.11:
#   McpToolset: find
#   the SDK, page by page: find, change, remove
#   cursors that the server was asked for: none, none change remove
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check google-adk==2.13.0 mcp==2.3.0

# Gives one tool a page; the cursor is the name of the next one. Notes the cursors that it is asked for.
cat > server.py <<'PY'
import json, sys

names = ["find", "change", "remove"]

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "pages", "version": "1"}}
    if method == "tools/list":
        cursor = params.get("cursor")
        with open("asked", "a") as asked:
            print(cursor or "none", file=asked)
        at = names.index(cursor) if cursor else 0
        page = {"tools": [{"name": names[at], "description": names[at], "inputSchema": {"type": "object", "properties": {}}}]}
        return page if at + 1 == len(names) else {**page, "nextCursor": names[at + 1]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, os, sys
from google.adk.tools.mcp_tool import McpToolset, StdioConnectionParams
from mcp import ClientSession, StdioServerParameters, stdio_client
from mcp.types import PaginatedRequestParams

server = StdioServerParameters(command=sys.executable, args=["server.py"])

def asked():
    with open("asked") as file:
        lines = file.read().split()
    os.remove("asked")
    return " ".join(lines)

async def main():
    toolset = McpToolset(connection_params=StdioConnectionParams(server_params=server))
    print("McpToolset:", ", ".join(tool.name for tool in await toolset.get_tools()))
    await toolset.close()
    first = asked()
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        names, cursor = [], None
        while True:
            page = await session.list_tools(params=PaginatedRequestParams(cursor=cursor) if cursor else None)
            names += [tool.name for tool in page.tools]
            cursor = page.next_cursor
            if cursor is None:
                break
    print("the SDK, page by page:", ", ".join(names))
    print("cursors that the server was asked for:", f"{first},", asked())

asyncio.run(main())
PY
expected="McpToolset: find
the SDK, page by page: find, change, remove
cursors that the server was asked for: none, none change remove"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
