#!/usr/bin/env bash
# @openai/codex 0.169.0 (npm). Which tools `codex exec` calls depends on what the server says of them. One that says nothing is
# refused in the name of a policy called "never", which means that nobody is asked. To be called, a tool has to say that it only
# reads, which then outweighs that it destroys, or both that it destroys nothing and that it stays in a closed world: one that
# talks to a shop is refused. default_tools_approval_mode = "approve" in the server's entry lets all of them through.
#
# Seen on 29 November 2026, Linux. The hints of the tool, and what the model is told:
#   none: MCP tool call requires approval, but approval policy is never
#   not destructive: MCP tool call requires approval, but approval policy is never
#   not destructive, closed world: done
#   read-only, destructive: done
#   none, with default_tools_approval_mode: done
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${provider:-}" ] || kill "$provider"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @openai/codex@0.169.0

cat > server.py <<'PY'
import json, sys

tool = {"name": "change", "description": "changes", "inputSchema": {"type": "object", "properties": {}}}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "shop", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{**tool, "annotations": json.loads(sys.argv[1])}]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": "done"}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
# Stands for the model: calls the tool, notes what it is told, and says that it is done.
cat > provider.py <<'PY'
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "namespace": "mcp__shop", "name": "change", "arguments": "{}"}
done = {"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": "done"}]}

class Provider(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        outputs = [item["output"] for item in request["input"] if item["type"] == "function_call_output"]
        for output in outputs:
            said = output if isinstance(output, str) else output[-1]["text"]
            with open("told", "w") as told:
                print(said.splitlines()[-1], file=told)
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
python3 provider.py > port &
provider=$!
until [ -s port ]; do sleep 0.2; done
mkdir home
run() {
    cat > home/config.toml <<TOML
model = "a-model"
model_provider = "local"
[model_providers.local]
name = "local"
base_url = "http://127.0.0.1:$(cat port)/v1"
wire_api = "responses"
[mcp_servers.shop]
command = "python3"
args = ["$work/server.py", '$2']
${3:-}
TOML
    echo nothing > told
    HOME="$work/home" CODEX_HOME="$work/home" timeout 120 node_modules/.bin/codex exec --skip-git-repo-check \
        "Change order 1001." < /dev/null > log 2>&1
    echo "$1: $(cat told)"
}
expected='none: MCP tool call requires approval, but approval policy is never
not destructive: MCP tool call requires approval, but approval policy is never
not destructive, closed world: done
read-only, destructive: done
none, with default_tools_approval_mode: done'
seen="$(
    run "none" '{}'
    run "not destructive" '{"destructiveHint": false}'
    run "not destructive, closed world" '{"destructiveHint": false, "openWorldHint": false}'
    run "read-only, destructive" '{"readOnlyHint": true, "destructiveHint": true}'
    run "none, with default_tools_approval_mode" '{}' 'default_tools_approval_mode = "approve"'
)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
