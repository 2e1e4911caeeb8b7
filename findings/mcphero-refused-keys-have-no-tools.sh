#!/usr/bin/env bash
# mcphero 2.0.0 (Python). A server that refuses the key (401), is not there or is late is a server without tools: discover_tools
# returns an empty list, and neither an error nor a log line tells why. The model is asked without tools and says that it cannot
# look at orders, or makes some up, and who runs it looks at the server, which has tools. With several servers those of the
# others are there. get_tool_definitions, which makes them for a model, is the same.
#
# Seen on 30 November 2026, CPython 3.11. Everything that is logged is printed:
#   the right key: tools order
#   a key that was revoked: tools none
#   no server: tools none
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcphero==2.0.0

cat > client.py <<'PY'
import asyncio, json, logging, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from mcphero.adapters.base_adapter import MCPServerConfig
from mcphero.adapters.generic import MCPToolAdapter

logging.basicConfig(level=logging.WARNING, stream=sys.stdout)

class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != "Bearer right":
            return self.answer(401)
        if message["method"] == "initialize":
            return self.answer(200, message, {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}})
        if message["method"] == "tools/list":
            return self.answer(200, message, {"tools": [{"name": "order", "description": "reads", "inputSchema": {"type": "object"}}]})
        self.answer(202)

    def answer(self, status, message=None, result=None):
        body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode() if message else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
there, gone = f"http://127.0.0.1:{server.server_port}/mcp", "http://127.0.0.1:1/mcp"

async def main():
    for what, url, key in [("the right key", there, "right"), ("a key that was revoked", there, "revoked"), ("no server", gone, "right")]:
        adapter = MCPToolAdapter(MCPServerConfig(url=url, headers={"Authorization": f"Bearer {key}"}))
        print(f"{what}: tools", ", ".join(tool.name for tool in await adapter.discover_tools()) or "none")

asyncio.run(main())
PY
expected='the right key: tools order
a key that was revoked: tools none
no server: tools none'
seen="$(venv/bin/python -W ignore client.py 2>&1)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
