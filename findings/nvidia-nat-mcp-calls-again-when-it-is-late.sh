#!/usr/bin/env bash
# nvidia-nat-mcp 1.9.0 with mcp 1.29.1 (Python), the MCP client of NVIDIA's NeMo Agent Toolkit. Its setting `reconnect_enabled`,
# on by default, is to reconnect "if the connection is lost". Each error counts as that: when a tool has not answered within
# `tool_call_timeout`, 60 seconds unless it is set, or answers with a JSON-RPC error, the client reconnects and calls the tool
# again. The agent is told of one failure, and the shop has two orders.
#
# Seen on 30 November 2026, CPython 3.11. The timeout is a second, and an order takes two:
#   reconnect_enabled, as it is: the agent is told "Timed out while waiting for response to ClientRequest. Waited 1.0 seconds."
#     and 2 orders were created
#   reconnect_enabled=False: the agent is told "Timed out while waiting for response to ClientRequest. Waited 1.0 seconds."
#     and 1 order was created
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check nvidia-nat-mcp==1.9.0 mcp==1.29.1

cat > client.py <<'PY'
import asyncio, json, threading, time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from nat.plugins.mcp.client.client_base import MCPStreamableHTTPClient

orders = []

# A shop that takes two seconds for an order.
class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["content-length"])))
        method, params = message.get("method"), message.get("params") or {}
        if "id" not in message:
            return self.reply(202, None)
        result = {}
        if method == "initialize":
            result = {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}},
                      "serverInfo": {"name": "shop", "version": "1"}}
        elif method == "tools/list":
            tool = {"name": "create_order", "description": "creates an order", "inputSchema": {"type": "object", "properties": {}}}
            result = {"tools": [tool]}
        elif method == "tools/call":
            time.sleep(2)
            orders.append(params)
            result = {"content": [{"type": "text", "text": "created"}]}
        self.reply(200, {"jsonrpc": "2.0", "id": message["id"], "result": result})

    def do_GET(self):
        self.reply(405, None)

    def reply(self, status, body):
        data = b"" if body is None else json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            pass  # the client has gone

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()

async def call(name, **settings):
    orders.clear()
    url = f"http://127.0.0.1:{server.server_port}/mcp"
    async with MCPStreamableHTTPClient(url, tool_call_timeout=timedelta(seconds=1), **settings) as client:
        said = await (await client.get_tool("create_order")).acall({})
        await asyncio.sleep(4)
    count = f"{len(orders)} {'order was' if len(orders) == 1 else 'orders were'} created"
    print(f'{name}: the agent is told "{said.removeprefix("MCPToolClient tool call failed: ")}"\n  and {count}')

async def main():
    await call("reconnect_enabled, as it is")
    await call("reconnect_enabled=False", reconnect_enabled=False)

asyncio.run(main())
PY
expected='reconnect_enabled, as it is: the agent is told "Timed out while waiting for response to ClientRequest. Waited 1.0 seconds."
  and 2 orders were created
reconnect_enabled=False: the agent is told "Timed out while waiting for response to ClientRequest. Waited 1.0 seconds."
  and 1 order was created'
seen="$(venv/bin/python -W ignore client.py 2> log)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
