#!/usr/bin/env bash
# @voltagent/core 2.10.0 with zod 3.25.76 (Node), one of the two versions of zod that it takes. An argument of an MCP tool that is an
# object without declared members, such as the fields of an order to create or a map of words, reaches the server empty: its
# members are dropped without an error, and the tool creates an order of nothing. With zod 4 they arrive. An object that
# declares one member is sent whole by both.
#
# Seen on 30 November 2026, Node 20:
#   the model said    {"order":{"email":"a@example.com"},"words":{"size":"L"},"step":{"op":"note","text":"Called"}}
#   with zod 3.25.76  {"order": {}, "words": {}, "step": {"op": "note", "text": "Called"}}
#   with zod 4.6.7    {"order": {"email": "a@example.com"}, "words": {"size": "L"}, "step": {"op": "note", "text": "Called"}}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

# Repeats the arguments of a call.
cat > server.py <<'PY'
import json, sys

SCHEMA = {"type": "object", "required": ["order"], "properties": {
    "order": {"type": "object", "additionalProperties": True},
    "words": {"type": "object", "additionalProperties": {"type": "string"}},
    "step": {"type": "object", "properties": {"op": {"type": "string"}}, "additionalProperties": True}}}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "echo", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "create", "description": "creates an order", "inputSchema": SCHEMA}]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": json.dumps(params.get("arguments"))}]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
# Stands for the model, which calls the tool once.
cat > client.mjs <<'JS'
import { createRequire } from "node:module";
import { Agent, MCPConfiguration } from "@voltagent/core";
import { MockLanguageModelV3 } from "ai/test";

const said = { order: { email: "a@example.com" }, words: { size: "L" }, step: { op: "note", text: "Called" } };
const servers = { shop: { type: "stdio", command: "python3", args: ["../server.py"] } };
const mcp = new MCPConfiguration({ servers });
const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
let answer;
const model = new MockLanguageModelV3({
  doGenerate: async ({ prompt }) => {
    answer = prompt.flatMap(({ role, content }) => (role === "tool" ? content : []))[0];
    if (answer) return { content: [{ type: "text", text: "Done." }], finishReason: { unified: "stop" }, usage, warnings: [] };
    const call = { type: "tool-call", toolCallId: "1", toolName: "shop_create", input: JSON.stringify(said) };
    return { content: [call], finishReason: { unified: "tool-calls" }, usage, warnings: [] };
  },
});
const agent = new Agent({ name: "clerk", instructions: "orders", model, tools: await mcp.getTools() });
await agent.generateText("Create an order.");
const { version } = createRequire(import.meta.url)("zod/package.json");
if (process.argv[2]) console.log("the model said   ", JSON.stringify(said));
console.log(`with zod ${version}`.padEnd(17), answer.output.value.content[0].text);
await mcp.disconnect();
process.exit(0);
JS
for zod in 3.25.76 4.6.7; do
    mkdir "zod-$zod"
    npm install --silent --no-audit --no-fund --prefix "zod-$zod" @voltagent/core@2.10.0 @voltagent/logger@2.0.2 ai@6.0.326 "zod@$zod"
    cp client.mjs "zod-$zod"
done
expected='the model said    {"order":{"email":"a@example.com"},"words":{"size":"L"},"step":{"op":"note","text":"Called"}}
with zod 3.25.76  {"order": {}, "words": {}, "step": {"op": "note", "text": "Called"}}
with zod 4.6.7    {"order": {"email": "a@example.com"}, "words": {"size": "L"}, "step": {"op": "note", "text": "Called"}}'
seen="$(
    (cd zod-3.25.76 && node client.mjs said 2> errors.txt)
    (cd zod-4.6.7 && node client.mjs 2> errors.txt)
)"
seen="$(grep -E "^(the model|with zod)" <<< "$seen")"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
