#!/usr/bin/env bash
# huggingface_hub 2.4.0 with mcp 1.30.0 (Python). For the model, a picture in a result is replaced by a sentence that says the
# task is complete and the user has the content. Nobody asked whether it is: it is said of a preview before the purchase, and of
# a call that failed, whose isError the model is not given. What the user gets to see is up to the program around it.
#
# Seen on 29 November 2026, CPython 3.11. The texts of the result, each with a picture beside it, and what the model is given in
# its place:
#   Preview, not bought yet.
#     [Binary Content: Image image/png, 8 bytes]
#     The task is complete and the content accessible to the User
#   Not printed (isError)
#     [Binary Content: Image image/png, 8 bytes]
#     The task is complete and the content accessible to the User
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check huggingface_hub==2.4.0 mcp==1.30.0

cat > server.py <<'PY'
import json, sys

tools = {"preview": "Preview, not bought yet.", "print": "Not printed"}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "labels", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": name, "description": name, "inputSchema": {"type": "object", "properties": {}}} for name in tools]}
    if method == "tools/call":
        picture = {"type": "image", "data": "iVBORw0KGgo=", "mimeType": "image/png"}
        return {"content": [{"type": "text", "text": tools[params["name"]]}, picture], "isError": params["name"] == "print"}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
# In the place of the model stands a server that calls both tools.
cat > client.py <<'PY'
import asyncio, json, logging, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from huggingface_hub import MCPClient

logging.disable(logging.CRITICAL)
names = ["preview", "print"]

class Model(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        calls = [
            {"index": at, "id": name, "type": "function", "function": {"name": name, "arguments": "{}"}}
            for at, name in enumerate(names)
        ]
        chunk = {
            "id": "1", "created": 1, "model": "none", "system_fingerprint": "none", "object": "chat.completion.chunk",
            "choices": [{"index": 0, "delta": {"role": "assistant", "tool_calls": calls}, "finish_reason": "tool_calls"}],
        }
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode())

    def log_message(self, *_):
        pass

model = HTTPServer(("127.0.0.1", 0), Model)
threading.Thread(target=model.serve_forever, daemon=True).start()
failed = {"print": " (isError)"}

async def main():
    async with MCPClient(base_url=f"http://127.0.0.1:{model.server_port}", api_key="none") as client:
        await client.add_mcp_server("stdio", command=sys.executable, args=["server.py"])
        messages = [{"role": "user", "content": "Show me the label, then print it."}]
        async for _ in client.process_single_turn_with_tools(messages):
            pass
        for message in messages:
            if message["role"] == "tool":
                text, *picture = message["content"].split("\n")
                print(text + failed.get(message["name"], ""), *picture, sep="\n  ")

asyncio.run(main())
PY
expected="Preview, not bought yet.
  [Binary Content: Image image/png, 8 bytes]
  The task is complete and the content accessible to the User
Not printed (isError)
  [Binary Content: Image image/png, 8 bytes]
  The task is complete and the content accessible to the User"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
