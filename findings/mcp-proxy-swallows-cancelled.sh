#!/usr/bin/env bash
# mcp-proxy 0.13.0 with mcp 1.30.0 (PyPI), from stdio to Streamable HTTP. When the user stops a call, the proxy tells the client
# that the request was cancelled and tells the server nothing: neither a cancellation nor a closed connection. The write goes
# on to its end, and whoever was told that it was stopped may do it again. A client that speaks to the server itself is heard.
#
# Seen on 29 November 2026, CPython 3.11. The client cancels a write after a second:
#   the client is told: Request cancelled
#   the server is told: nothing
#   the server has written: 1
#   without the proxy the server is told: cancelled
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${server:-}" ] || kill "$server"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcp-proxy==0.13.0 mcp==1.30.0

# Writes for three seconds. Stops when it is told to, or when the client goes away.
cat > server.py <<'PY'
import json, select, socket, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

told, written = [], []

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, value=None):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def gone(self):
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def do_GET(self):
        if self.path != "/seen":
            return self.reply(405)
        self.reply(200, {"told": " ".join(told) or "nothing", "written": len(written)})

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if message["method"] == "notifications/cancelled":
            told.append("cancelled")
        if "id" not in message:
            return self.reply(202)
        if message["method"] == "initialize":
            result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "writer", "version": "1"}}
        else:
            for _ in range(30):
                time.sleep(0.1)
                if told or self.gone():
                    if not told:
                        told.append("gone")
                    self.close_connection = True
                    return
            written.append(message["params"]["name"])
            result = {"content": [{"type": "text", "text": "written"}]}
        self.reply(200, {"jsonrpc": "2.0", "id": message["id"], "result": result})

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
PY
cat > client.py <<'PY'
import json, subprocess, sys, threading, time, urllib.request

base = sys.argv[1]
hello = {"id": 1, "method": "initialize", "params": {
    "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "client", "version": "1"}}}
ready = {"method": "notifications/initialized"}
write = {"id": 2, "method": "tools/call", "params": {"name": "write", "arguments": {}}}
stop = {"method": "notifications/cancelled", "params": {"requestId": 2, "reason": "the user stopped it"}}

def encoded(message):
    return json.dumps({"jsonrpc": "2.0", **message}).encode()

def seen():
    with urllib.request.urlopen(f"{base}/seen", timeout=10) as response:
        return json.load(response)

proxy = subprocess.Popen(["venv/bin/mcp-proxy", "--transport", "streamablehttp", f"{base}/mcp"],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

def send(*messages):
    proxy.stdin.write(b"".join(encoded(message) + b"\n" for message in messages))
    proxy.stdin.flush()

try:
    send(hello)
    proxy.stdout.readline()
    send(ready, write)
    time.sleep(1)
    send(stop)
    print("the client is told:", json.loads(proxy.stdout.readline())["error"]["message"])
    time.sleep(3)
    first = seen()
    print("the server is told:", first["told"])
    print("the server has written:", first["written"])
finally:
    proxy.kill()

def post(message):
    request = urllib.request.Request(f"{base}/mcp", encoded(message), {"Content-Type": "application/json"})
    try:
        urllib.request.urlopen(request, timeout=10).close()
    except OSError:
        pass  # A call that was stopped has no answer.

call = threading.Thread(target=post, args=(write,))
call.start()
time.sleep(1)
post(stop)
print("without the proxy the server is told:", seen()["told"])
call.join()
PY
python3 server.py > port &
server=$!
until [ -s port ]; do sleep 0.2; done
expected="the client is told: Request cancelled
the server is told: nothing
the server has written: 1
without the proxy the server is told: cancelled"
seen="$(venv/bin/python -W ignore client.py "http://127.0.0.1:$(cat port)")"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
