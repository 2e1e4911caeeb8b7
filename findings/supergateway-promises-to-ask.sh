#!/usr/bin/env bash
# supergateway 4.0.0 (Node), from stdio to Streamable HTTP. It hands the server the capabilities of its client, elicitation
# among them, and answers a question of the server itself: there is no such method. The client that can ask is never told, so
# the person sees nothing, and to the server it looks as if a client had said that it can ask and then could not. Of mcp-remote
# 0.15.1 both arrive.
#
# Seen on 29 November 2026, Node 20. A client that can ask removes an order; the server asks first:
#   supergateway: the server is promised ["elicitation"], the person is asked 0 times, the server hears "Method not found"
#   mcp-remote: the server is promised ["elicitation"], the person is asked 1 time, the server hears "accept"
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${server:-}" ] || kill "$server"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . supergateway@4.0.0 mcp-remote@0.15.1

# Asks in the stream of a call, and answers the call with what it was promised and what it heard.
cat > server.py <<'PY'
import json, queue
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

promised, answers = [], queue.Queue()
question = {"id": "question", "method": "elicitation/create", "params": {
    "message": "Remove order 1001?", "requestedSchema": {"type": "object", "properties": {"sure": {"type": "boolean"}}}}}

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, value=None):
        body = b"" if value is None else json.dumps({"jsonrpc": "2.0", **value}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def event(self, value):
        data = json.dumps({"jsonrpc": "2.0", **value}).encode()
        self.wfile.write(b"event: message\ndata: " + data + b"\n\n")
        self.wfile.flush()

    def do_GET(self):
        self.reply(405)

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "method" not in message:
            answers.put(message)
        if "method" not in message or "id" not in message:
            return self.reply(202)
        if message["method"] == "initialize":
            promised[:] = message["params"]["capabilities"]
            result = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "asks", "version": "1"}}
            return self.reply(200, {"id": message["id"], "result": result})
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.event(question)
        answer = answers.get(timeout=20)
        heard = answer["error"]["message"] if "error" in answer else answer["result"]["action"]
        content = [{"type": "text", "text": json.dumps([promised, heard])}]
        self.event({"id": message["id"], "result": {"content": content}})

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
PY
cat > client.py <<'PY'
import json, subprocess, sys

def call(command):
    bridge = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def send(message):
        bridge.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        bridge.stdin.flush()

    try:
        send({"id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {"elicitation": {}}, "clientInfo": {"name": "client", "version": "1"}}})
        bridge.stdout.readline()
        send({"method": "notifications/initialized"})
        send({"id": 2, "method": "tools/call", "params": {"name": "remove", "arguments": {}}})
        asked = 0
        while True:
            message = json.loads(bridge.stdout.readline())
            if message.get("method") == "elicitation/create":
                asked += 1
                send({"id": message["id"], "result": {"action": "accept", "content": {"sure": True}}})
            if "result" in message:
                return asked, *json.loads(message["result"]["content"][0]["text"])
    finally:
        bridge.kill()

url = sys.argv[1]
for name, command in (
    ("supergateway", ["node", "node_modules/supergateway/dist/index.js", "--streamableHttp", url]),
    ("mcp-remote", ["node", "node_modules/mcp-remote/dist/proxy.js", url]),
):
    asked, promised, heard = call(command)
    times = f"{asked} time{'' if asked == 1 else 's'}"
    print(f'{name}: the server is promised {json.dumps(promised)}, the person is asked {times}, the server hears "{heard}"')
PY
python3 server.py > port &
server=$!
until [ -s port ]; do sleep 0.2; done
expected='supergateway: the server is promised ["elicitation"], the person is asked 0 times, the server hears "Method not found"
mcp-remote: the server is promised ["elicitation"], the person is asked 1 time, the server hears "accept"'
seen="$(HOME="$work" timeout 120 python3 client.py "http://127.0.0.1:$(cat port)/mcp")"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
