#!/usr/bin/env bash
# mcp 2.3.0 (Python), ClientSession and Client. Before a result is handed over, its tool is looked for among those that were
# listed, and when it is not there, they are listed anew: the first page of them. A tool that stands on a later page, or that
# the server knows and does not list, is never found there, so each of its calls is followed by a listing, for nothing: twice
# the requests.
#
# Seen on 29 November 2026, CPython 3.11. Three calls each, and how often the server was asked for its tools:
#   ClientSession: find, on the first page: 1; remove, on the last page: 3; find.all, not listed: 3
#   Client: find, on the first page: 1; remove, on the last page: 3; find.all, not listed: 3
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0

# Gives one tool a page; the cursor is the name of the next one. Notes each listing.
cat > server.py <<'PY'
import json, sys

names = ["find", "change", "remove"]

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "pages", "version": "1"}}
    if method == "tools/list":
        with open("listed", "a") as listed:
            print("listed", file=listed)
        at = names.index(params["cursor"]) if params.get("cursor") else 0
        page = {"tools": [{"name": names[at], "description": names[at], "inputSchema": {"type": "object", "properties": {}}}]}
        return page if at + 1 == len(names) else {**page, "nextCursor": names[at + 1]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": "done"}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import asyncio, sys
from contextlib import asynccontextmanager
from mcp import Client, ClientSession, StdioServerParameters, stdio_client

server = StdioServerParameters(command=sys.executable, args=["server.py"])

@asynccontextmanager
async def low():
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        yield session

@asynccontextmanager
async def high():
    async with Client(stdio_client(server)) as client:
        yield client

async def main():
    tools = {"find": "on the first page", "remove": "on the last page", "find.all": "not listed"}
    for kind, connect in (("ClientSession", low), ("Client", high)):
        told = []
        for name, where in tools.items():
            open("listed", "w").close()
            async with connect() as session:
                for _ in range(3):
                    await session.call_tool(name, {})
            with open("listed") as listed:
                told.append(f"{name}, {where}: {len(listed.readlines())}")
        print(f"{kind}:", "; ".join(told))

asyncio.run(main())
PY
expected="ClientSession: find, on the first page: 1; remove, on the last page: 3; find.all, not listed: 3
Client: find, on the first page: 1; remove, on the last page: 3; find.all, not listed: 3"
seen="$(venv/bin/python -W ignore client.py 2> log)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
