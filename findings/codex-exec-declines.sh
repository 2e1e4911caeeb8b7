#!/usr/bin/env bash
# @openai/codex 0.169.0 (npm). `codex exec`, which runs with nobody at the screen, tells servers that it can put questions to a
# person, and then answers every question itself, at once, with "decline". That is what a person's no looks like: nobody was
# asked, and a server that keeps such a no keeps one that nobody said. "cancel" would have been the word for it. That the tools
# are approved in config.toml changes nothing.
#
# Seen on 29 November 2026, Linux. A tool asks before it removes an order:
#   the server is promised: elicitation {"form": {}, "url": {}}
#   the server hears: {"action": "decline"}
#   the model is told: It was declined.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${provider:-}" ] || kill "$provider"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @openai/codex@0.169.0

# Asks in the midst of a call. Notes what it was promised, and what it hears.
cat > server.py <<'PY'
import json, sys

seen = open(sys.argv[1], "a", buffering=1)
schema = {"type": "object", "properties": {"sure": {"type": "boolean"}}, "required": ["sure"]}
question = {"id": "question", "method": "elicitation/create", "params": {"message": "Remove order 1001?", "requestedSchema": schema}}

def send(message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)

def answer(method, params):
    if method == "initialize":
        print("the server is promised: elicitation", json.dumps(params["capabilities"].get("elicitation")), file=seen)
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "shop", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "remove", "description": "removes", "inputSchema": {"type": "object", "properties": {}}}]}
    if method == "tools/call":
        send(question)
        heard = json.loads(sys.stdin.readline())["result"]
        print("the server hears:", json.dumps(heard), file=seen)
        return {"content": [{"type": "text", "text": "It was declined." if heard["action"] == "decline" else "Something else."}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        send({"id": message["id"], **outcome})
PY
# Stands for the model: calls the tool, notes what it is told, and says that it is done.
cat > provider.py <<'PY'
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

seen = open(sys.argv[1], "a", buffering=1)
call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "namespace": "mcp__shop", "name": "remove", "arguments": "{}"}
done = {"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": "done"}]}

class Provider(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        outputs = [item["output"] for item in request["input"] if item["type"] == "function_call_output"]
        for output in outputs:
            said = output if isinstance(output, str) else output[-1]["text"]
            print("the model is told:", said.splitlines()[-1], file=seen)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for event in (
            {"type": "response.created", "response": {"id": "resp_1"}},
            {"type": "response.output_item.done", "output_index": 0, "item": done if outputs else call},
            {"type": "response.completed", "response": {"id": "resp_1", "output": []}},
        ):
            self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())

provider = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
print(provider.server_port, flush=True)
provider.serve_forever()
PY
touch seen
python3 provider.py seen > port &
provider=$!
until [ -s port ]; do sleep 0.2; done
mkdir home
cat > home/config.toml <<TOML
model = "a-model"
model_provider = "local"
[model_providers.local]
name = "local"
base_url = "http://127.0.0.1:$(cat port)/v1"
wire_api = "responses"
[mcp_servers.shop]
command = "python3"
args = ["$work/server.py", "$work/seen"]
default_tools_approval_mode = "approve"
TOML
expected='the server is promised: elicitation {"form": {}, "url": {}}
the server hears: {"action": "decline"}
the model is told: It was declined.'
HOME="$work/home" CODEX_HOME="$work/home" timeout 120 node_modules/.bin/codex exec --skip-git-repo-check \
    "Remove order 1001." < /dev/null > log 2>&1
seen="$(cat seen)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
