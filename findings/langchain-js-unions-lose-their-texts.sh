#!/usr/bin/env bash
# @langchain/mcp-adapters 1.1.4 with @langchain/core 1.4.0 and @langchain/langgraph 1.7.3 (Node). Of an argument that takes one of
# several types (anyOf or oneOf) only the objects are left: an order that may be its number or its fields has to be fields, and an
# address that may be null cannot be. Calls that the server's schema allows are refused before they are sent. Where none of the
# types is an object, nothing is left, neither a type nor a limit, so that the model may write 99 where 10 is the most. Types in
# a list ("type": ["object", "null"]) are kept.
#
# Seen on 30 November 2026, Node 20. The schema that a model is given, and calls:
#   order: {"type":"object","properties":{"source_id":{"type":"string"}}}
#   ship_to: {"type":"object","properties":{"city":{"type":"string"}}}
#   count: {"description":"1 to 10"}
#   bill_to: {"type":["object","null"]}
#   {"order":"1001"}: Received tool input did not match expected schema
#   {"order":{"source_id":"1001"}}: sent
#   {"ship_to":null}: Received tool input did not match expected schema
#   {"count":99}: sent
#   {"bill_to":null}: sent
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @langchain/mcp-adapters@1.1.4 @langchain/core@1.4.0 \
    @langchain/langgraph@1.7.3

cat > server.py <<'PY'
import json, sys

text, null = {"type": "string"}, {"type": "null"}
properties = {
    "order": {"oneOf": [text, {"type": "object", "properties": {"source_id": text}}]},
    "ship_to": {"anyOf": [{"type": "object", "properties": {"city": text}}, null]},
    "count": {"description": "1 to 10", "anyOf": [{"type": "integer", "minimum": 1, "maximum": 10}, null]},
    "bill_to": {"type": ["object", "null"]},
}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "ship", "description": "ships", "inputSchema": {"type": "object", "properties": properties}}]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": "sent"}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.mjs <<'JS'
import { MultiServerMCPClient } from "@langchain/mcp-adapters";

const client = new MultiServerMCPClient({ mcpServers: { shop: { transport: "stdio", command: "python3", args: ["server.py"] } } });
const [ship] = await client.getTools();
for (const [name, schema] of Object.entries(ship.schema.properties)) console.log(`${name}: ${JSON.stringify(schema)}`);
for (const args of [{ order: "1001" }, { order: { source_id: "1001" } }, { ship_to: null }, { count: 99 }, { bill_to: null }]) {
  const outcome = await ship.invoke(args).catch((error) => error.message.split("\n")[0]);
  console.log(`${JSON.stringify(args)}: ${outcome}`);
}
await client.close();
JS
expected='order: {"type":"object","properties":{"source_id":{"type":"string"}}}
ship_to: {"type":"object","properties":{"city":{"type":"string"}}}
count: {"description":"1 to 10"}
bill_to: {"type":["object","null"]}
{"order":"1001"}: Received tool input did not match expected schema
{"order":{"source_id":"1001"}}: sent
{"ship_to":null}: Received tool input did not match expected schema
{"count":99}: sent
{"bill_to":null}: sent'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
