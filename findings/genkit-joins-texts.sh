#!/usr/bin/env bash
# @genkit-ai/mcp 1.42.0 with genkit 1.42.0 (Node). When all blocks of a tool result are texts, they are put together without
# anything between them: the ids of two orders become the id of a third, and two sentences run into each other. As soon as a
# block of another kind stands beside them, they stay apart. So a result for it is one text, or structuredContent.
#
# Seen on 29 November 2026, Node 20. The texts of the result, and what the model is given:
#   1001 and 1002: "10011002"
#   1001 and 1002 and a link: [{"type":"text","text":"1001"},{"type":"text","text":"1002"},"the link"]
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @genkit-ai/mcp@1.42.0 genkit@1.42.0

cat > server.py <<'PY'
import json, sys

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}}
    if method == "tools/list":
        schema = {"type": "object", "properties": {"link": {"type": "boolean"}}, "required": ["link"]}
        return {"tools": [{"name": "orders", "description": "lists", "inputSchema": schema}]}
    if method == "tools/call":
        content = [{"type": "text", "text": "1001"}, {"type": "text", "text": "1002"}]
        link = {"type": "resource_link", "uri": "https://shop.example/orders", "name": "orders"}
        return {"content": content + [link] * params["arguments"]["link"]}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.mjs <<'JS'
import { createMcpHost } from "@genkit-ai/mcp";
import { genkit } from "genkit";

const host = createMcpHost({ name: "shop", mcpServers: { orders: { command: "python3", args: ["server.py"] } } });
const [orders] = await host.getActiveTools(genkit({}));
console.log("1001 and 1002:", JSON.stringify(await orders({ link: false })));
const { content } = await orders({ link: true });
const blocks = content.map((block) => (block.type === "text" ? block : "the link"));
console.log("1001 and 1002 and a link:", JSON.stringify(blocks));
await host.close();
process.exit(0);
JS
expected='1001 and 1002: "10011002"
1001 and 1002 and a link: [{"type":"text","text":"1001"},{"type":"text","text":"1002"},"the link"]'
seen="$(node client.mjs 2> log)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
