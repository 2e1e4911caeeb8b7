#!/usr/bin/env bash
# mcpo 0.0.20 with mcp 1.30.0 (Python). A text that a tool answers is read as JSON when it can be, so that what is a text for
# each MCP client is a number, a truth value or nothing for the callers of the HTTP interface: the SKU 12E45 becomes
# 1.2e+46, the amount 4.10 loses its zero, and a note that says only "null" is gone. A text of two words is left alone.
#
# Seen on 29 November 2026, CPython 3.11. What the tool says, and what arrives:
#   12E45 -> 1.2e+46
#   4.10 -> 4.1
#   null -> null
#   0012 -> "0012"
#   SKU 12E45 -> "SKU 12E45"
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${proxy:-}" ] || kill "$proxy"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mcpo==0.0.20 mcp==1.30.0 fastapi==0.119.0

# Says the text that it is asked to say.
cat > server.py <<'PY'
import json, sys

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "say", "version": "1"}}
    if method == "tools/list":
        schema = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
        return {"tools": [{"name": "say", "description": "says", "inputSchema": schema}]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": params["arguments"]["text"]}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.py <<'PY'
import json, sys, time, urllib.error, urllib.request

def post(text):
    body = json.dumps({"text": text}).encode()
    request = urllib.request.Request(sys.argv[1], body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.read().decode()

for _ in range(120):
    try:
        post("up")
        break
    except urllib.error.URLError:
        time.sleep(0.5)
for text in ("12E45", "4.10", "null", "0012", "SKU 12E45"):
    print(text, "->", post(text))
PY
port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
venv/bin/mcpo --host 127.0.0.1 --port "$port" -- python3 server.py > proxy.log 2>&1 &
proxy=$!
expected='12E45 -> 1.2e+46
4.10 -> 4.1
null -> null
0012 -> "0012"
SKU 12E45 -> "SKU 12E45"'
seen="$(python3 client.py "http://127.0.0.1:$port/say")"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
