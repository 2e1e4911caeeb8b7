#!/usr/bin/env bash
# google-genai 3.6.1 with mcp 1.30.0 (Python). One tool whose schema says additionalProperties true or false, as many servers
# say it to refuse slips of the model, and no tool of the server can be used: the request ends in an AttributeError that names
# neither the tool nor the schema, before the model is asked. A schema in the place of the boolean is fine.
#
# Seen on 29 November 2026, CPython 3.11. The server has two tools, one of which says additionalProperties:
#   not said: the model is shown order, stock
#   false: AttributeError: 'bool' object has no attribute 'items'
#   true: AttributeError: 'bool' object has no attribute 'items'
#   a schema: the model is shown order, stock
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check google-genai==3.6.1 mcp==1.30.0

cat > server.py <<'PY'
import json, sys

schema = {"type": "object", "properties": {"id": {"type": "string"}}}
order = {"name": "order", "description": "reads", "inputSchema": {**schema, **json.loads(sys.argv[1])}}
stock = {"name": "stock", "description": "counts", "inputSchema": schema}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}}
    if method == "tools/list":
        return {"tools": [order, stock]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
# In the place of the model stands a server that notes the tools which it is shown.
cat > client.py <<'PY'
import asyncio, json, logging, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from google import genai
from mcp import ClientSession, StdioServerParameters, stdio_client

logging.disable(logging.CRITICAL)

class Model(BaseHTTPRequestHandler):
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        names = [declared["name"] for tool in request["tools"] for declared in tool["functionDeclarations"]]
        part = {"text": "the model is shown " + ", ".join(names)}
        answer = json.dumps({"candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass

model = HTTPServer(("127.0.0.1", 0), Model)
threading.Thread(target=model.serve_forever, daemon=True).start()
client = genai.Client(api_key="none", http_options={"base_url": f"http://127.0.0.1:{model.server_port}"})

async def ask(said):
    server = StdioServerParameters(command=sys.executable, args=["server.py", json.dumps(said)])
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        await session.initialize()
        try:
            answer = await client.aio.models.generate_content(model="gemini", contents="Hello", config={"tools": [session]})
            return answer.text
        except AttributeError as error:
            return f"AttributeError: {error}"

for what, said in [
    ("not said", {}),
    ("false", {"additionalProperties": False}),
    ("true", {"additionalProperties": True}),
    ("a schema", {"additionalProperties": {"type": "string"}}),
]:
    print(f"{what}: {asyncio.run(ask(said))}")
PY
expected="not said: the model is shown order, stock
false: AttributeError: 'bool' object has no attribute 'items'
true: AttributeError: 'bool' object has no attribute 'items'
a schema: the model is shown order, stock"
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
