#!/usr/bin/env bash
# @openai/codex 0.169.0 (npm). Of the schema of a tool the model is given the types, the names and the words, and hardly any
# limit: no minimum or maximum, length, pattern or format, no default, and of the number of items the least and not the most. An
# enum stays. So a model of Codex learns of a limit from a refusal, unless the description of the argument tells it.
#
# Seen on 29 November 2026, Linux. What the server lists beside the type, and what the model is given of it:
#   limit: {"minimum": 1, "maximum": 50, "default": 5} -> {}
#   after: {"format": "date"} -> {}
#   postcode: {"pattern": "^[0-9]{5}$", "maxLength": 5} -> {}
#   ids: {"items": {"type": "string"}, "minItems": 1, "maxItems": 20} -> {"items": {"type": "string"}, "minItems": 1}
#   status: {"enum": ["open", "shipped"]} -> {"enum": ["open", "shipped"]}
#   page: {"description": "1 to 9"} -> {"description": "1 to 9"}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${provider:-}" ] || kill "$provider"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @openai/codex@0.169.0

cat > properties.json <<'JSON'
{
  "limit": { "type": "integer", "minimum": 1, "maximum": 50, "default": 5 },
  "after": { "type": "string", "format": "date" },
  "postcode": { "type": "string", "pattern": "^[0-9]{5}$", "maxLength": 5 },
  "ids": { "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 20 },
  "status": { "type": "string", "enum": ["open", "shipped"] },
  "page": { "type": "integer", "description": "1 to 9" }
}
JSON
cat > server.py <<'PY'
import json, sys

with open(sys.argv[1]) as file:
    schema = {"type": "object", "properties": json.load(file)}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "shop", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "find", "description": "finds", "inputSchema": schema}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
# Stands for the model: notes what it is given of the tool, and says that it is done.
cat > provider.py <<'PY'
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

done = {"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": "done"}]}
with open("properties.json") as file:
    listed = json.load(file)

def rest(schema):
    return json.dumps({name: value for name, value in schema.items() if name != "type"})

class Provider(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        [find] = [tool for group in request["tools"] if group.get("name") == "mcp__shop" for tool in group["tools"]]
        given = find["parameters"]["properties"]
        with open("given", "w") as file:
            for name, schema in listed.items():
                print(f"{name}: {rest(schema)} -> {rest(given[name])}", file=file)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for event in (
            {"type": "response.created", "response": {"id": "resp_1"}},
            {"type": "response.output_item.done", "output_index": 0, "item": done},
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
cat > home/config.toml <<TOML
model = "a-model"
model_provider = "local"
[model_providers.local]
name = "local"
base_url = "http://127.0.0.1:$(cat port)/v1"
wire_api = "responses"
[mcp_servers.shop]
command = "python3"
args = ["$work/server.py", "$work/properties.json"]
TOML
expected='limit: {"minimum": 1, "maximum": 50, "default": 5} -> {}
after: {"format": "date"} -> {}
postcode: {"pattern": "^[0-9]{5}$", "maxLength": 5} -> {}
ids: {"items": {"type": "string"}, "minItems": 1, "maxItems": 20} -> {"items": {"type": "string"}, "minItems": 1}
status: {"enum": ["open", "shipped"]} -> {"enum": ["open", "shipped"]}
page: {"description": "1 to 9"} -> {"description": "1 to 9"}'
HOME="$work/home" CODEX_HOME="$work/home" timeout 120 node_modules/.bin/codex exec --skip-git-repo-check \
    "Find the open orders." < /dev/null > log 2>&1
seen="$(cat given)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
