#!/usr/bin/env bash
# @modelcontextprotocol/inspector 2.12.0 (Node), command line. --tool-arg name=value reads the value as JSON, also where the
# schema of the tool says "type": "string": an id of more than 15 digits is rounded and names another order, and the SKU 12E45
# becomes 1.2e+46. Leading zeros survive, so that it seems to work. Quotes inside the value help: 'id="9007199254740993"'.
#
# Seen on 29 November 2026, Node 20. The argument, and what the server gets:
#   id=9007199254740993 -> {"id": 9007199254740992}
#   id=12E45 -> {"id": 1.2e+46}
#   id=0012 -> {"id": "0012"}
#   id="9007199254740993" -> {"id": "9007199254740993"}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @modelcontextprotocol/inspector@2.12.0

# Repeats the arguments of a call.
cat > server.py <<'PY'
import json, sys

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "echo", "version": "1"}}
    if method == "tools/list":
        schema = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
        return {"tools": [{"name": "find", "description": "finds", "inputSchema": schema}]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": json.dumps(params.get("arguments"))}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
mkdir home
export HOME="$work/home"
call() {
    node_modules/.bin/mcp-inspector --cli python3 server.py --method tools/call --tool-name find --tool-arg "$1" > result 2> log
    echo "$1 -> $(node -p 'JSON.parse(require("fs").readFileSync("result")).content[0].text')"
}
expected='id=9007199254740993 -> {"id": 9007199254740992}
id=12E45 -> {"id": 1.2e+46}
id=0012 -> {"id": "0012"}
id="9007199254740993" -> {"id": "9007199254740993"}'
seen="$(
    call id=9007199254740993
    call id=12E45
    call id=0012
    call 'id="9007199254740993"'
)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
