#!/usr/bin/env bash
# agno 3.1.10 with fastmcp 4.2.3 and mcp 2.3.0 (Python). Before a tool is called, each text among its arguments that reads None,
# Null, True or False, in any case, becomes null or a truth value, whatever the tool's schema says. A buyer whose family name is
# Null loses it, a gift option that is called None is emptied in place of chosen, and a server that takes texts only refuses a
# call that was right: the model did write a text. Texts deeper in an argument stay what they are.
#
# Seen on 30 November 2026, CPython 3.11. What the model writes for arguments that are texts, and what the server is sent:
#   city: "Springfield" arrives as "Springfield"
#   last_name: "Null" arrives as null
#   gift_wrap: "None" arrives as null
#   metadata: {"gift_wrap": "None"} arrives as {"gift_wrap": "None"}
#   note: "true" arrives as true
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "agno[mcp]==3.1.10" fastmcp==4.2.3 mcp==2.3.0 openai==3.57.0

cat > server.py <<'PY'
import json, sys

fields = {name: {"type": "string"} for name in ("city", "last_name", "gift_wrap", "note")}
fields["metadata"] = {"type": "object", "additionalProperties": {"type": "string"}}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}}
    if method == "ping":
        return {}
    if method == "tools/list":
        return {"tools": [{"name": "update_order", "description": "updates", "inputSchema": {"type": "object", "properties": fields}}]}
    if method == "tools/call":
        with open("sent", "w") as sent:
            json.dump(params["arguments"], sent)
        return {"content": [{"type": "text", "text": "done"}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
# In the place of the model stands a server that calls the tool and then says that it is done.
cat > client.py <<'PY'
import asyncio, json, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from agno.agent import Agent
from agno.models.openai import OpenAIChat
from agno.tools.mcp import MCPTools

written = {"city": "Springfield", "last_name": "Null", "gift_wrap": "None", "metadata": {"gift_wrap": "None"}, "note": "true"}
call = {"id": "1", "type": "function", "function": {"name": "update_order", "arguments": json.dumps(written)}}
says = [{"role": "assistant", "content": "Done."}, {"role": "assistant", "content": None, "tool_calls": [call]}]

class Model(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        choice = {"index": 0, "message": says.pop(), "finish_reason": "stop"}
        body = json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "none", "choices": [choice]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Model)
threading.Thread(target=server.serve_forever, daemon=True).start()

async def main():
    async with MCPTools(command=f"{sys.executable} server.py") as tools:
        model = OpenAIChat(id="none", api_key="none", base_url=f"http://127.0.0.1:{server.server_port}")
        await Agent(model=model, tools=[tools], telemetry=False).arun("Correct the order.")
    sent = json.load(open("sent"))
    for name, value in written.items():
        print(f"{name}: {json.dumps(value)} arrives as {json.dumps(sent[name])}")

asyncio.run(main())
PY
expected='city: "Springfield" arrives as "Springfield"
last_name: "Null" arrives as null
gift_wrap: "None" arrives as null
metadata: {"gift_wrap": "None"} arrives as {"gift_wrap": "None"}
note: "true" arrives as true'
seen="$(venv/bin/python -W ignore client.py)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
