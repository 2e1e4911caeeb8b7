#!/usr/bin/env bash
# @goke/mcp 0.0.8 with goke 6.17.0 and @modelcontextprotocol/sdk 1.32.2 (Node), which makes commands of a server's tools. A call that
# failed (isError) is printed like one that did its work, to standard output, and the command ends with 0: a script that goes on
# with `&&` tells the buyer of a parcel that was not shipped. Only what is a JSON-RPC error ends with 1.
#
# Seen on 30 November 2026, Node 20. Three calls of the tool "ship":
#   shipped: exit 0, says "Order 1001 is shipped."
#   not shipped, isError: exit 0, says "There is no order 1002."
#   JSON-RPC error: exit 1
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @goke/mcp@0.0.8 goke@6.17.0 @modelcontextprotocol/sdk@1.32.2

cat > server.py <<'PY'
import json, sys

schema = {"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]}

def answer(method, params):
    if method == "initialize":
        return {"result": {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}}}
    if method == "tools/list":
        return {"result": {"tools": [{"name": "ship", "description": "ships", "inputSchema": schema}]}}
    if method == "tools/call" and params["arguments"]["order"] == "1001":
        return {"result": {"content": [{"type": "text", "text": "Order 1001 is shipped."}]}}
    if method == "tools/call" and params["arguments"]["order"] == "1002":
        return {"result": {"content": [{"type": "text", "text": "There is no order 1002."}], "isError": True}}
    return {"error": {"code": -32602, "message": "An order is a number."}}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **answer(message["method"], message.get("params") or {})}), flush=True)
PY
cat > shop.mjs <<'JS'
import { addMcpCommands } from "@goke/mcp";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { goke } from "goke";

const cli = goke("shop");
const getMcpTransport = () => new StdioClientTransport({ command: "python3", args: ["server.py"] });
await addMcpCommands({ cli, getMcpTransport, loadCache: () => undefined, saveCache: () => {} });
cli.parse();
JS
ship() {
    local says status=0
    says="$(node shop.mjs ship --order "$1" 2> errors.txt)" || status=$?
    echo "exit $status${says:+, says \"$says\"}"
}
expected='shipped: exit 0, says "Order 1001 is shipped."
not shipped, isError: exit 0, says "There is no order 1002."
JSON-RPC error: exit 1'
seen="shipped: $(ship 1001)
not shipped, isError: $(ship 1002)
JSON-RPC error: $(ship none)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
