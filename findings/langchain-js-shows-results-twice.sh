#!/usr/bin/env bash
# @langchain/mcp-adapters 1.1.4 with @langchain/core 1.4.0 and @langchain/langgraph 1.7.3 (Node). A result of one text with the same as
# structured content beside it, which the protocol recommends, reaches the model as one text with both in it, the first of them
# escaped a second time: more than twice the tokens for each order. The result's _meta, which the protocol has for the client, is
# read by the model as well. A result without structured content is the plain text. With two texts all is plain again.
#
# Seen on 30 November 2026, Node 20. What a model is given of four results:
#   text: {"order":{"id":"1001","note":"Leave at \"B\""}}
#   text and structured content: {"type":"text","text":"{\"order\":{\"id\":\"1001\",\"note\":\"Leave at \\\"B\\\"\"}}","structuredContent":{"order":{"id":"1001","note":"Leave at \"B\""}}}
#   text and _meta: {"type":"text","text":"{\"order\":{\"id\":\"1001\",\"note\":\"Leave at \\\"B\\\"\"}}","meta":{"example.com/trace":"7"}}
#   two texts and structured content: [{"type":"text","text":"{\"order\":{\"id\":\"1001\",\"note\":\"Leave at \\\"B\\\"\"}}"},{"type":"text","text":"One order."}]
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @langchain/mcp-adapters@1.1.4 @langchain/core@1.4.0 \
    @langchain/langgraph@1.7.3

cat > server.py <<'PY'
import json, sys

found = {"order": {"id": "1001", "note": 'Leave at "B"'}}
text = {"type": "text", "text": json.dumps(found, separators=(",", ":"))}
results = {
    "text": {"content": [text]},
    "structured": {"content": [text], "structuredContent": found},
    "meta": {"content": [text], "_meta": {"example.com/trace": "7"}},
    "two": {"content": [text, {"type": "text", "text": "One order."}], "structuredContent": found},
}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": name, "description": "reads", "inputSchema": {"type": "object"}} for name in results]}
    if method == "tools/call":
        return results[params["name"]]

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
const what = { text: "text", structured: "text and structured content", meta: "text and _meta", two: "two texts and structured content" };
for (const tool of await client.getTools()) {
  const { content } = await tool.invoke({ type: "tool_call", id: "1", name: tool.name, args: {} });
  console.log(`${what[tool.name]}: ${typeof content === "string" ? content : JSON.stringify(content)}`);
}
await client.close();
JS
expected='text: {"order":{"id":"1001","note":"Leave at \"B\""}}
text and structured content: {"type":"text","text":"{\"order\":{\"id\":\"1001\",\"note\":\"Leave at \\\"B\\\"\"}}","structuredContent":{"order":{"id":"1001","note":"Leave at \"B\""}}}
text and _meta: {"type":"text","text":"{\"order\":{\"id\":\"1001\",\"note\":\"Leave at \\\"B\\\"\"}}","meta":{"example.com/trace":"7"}}
two texts and structured content: [{"type":"text","text":"{\"order\":{\"id\":\"1001\",\"note\":\"Leave at \\\"B\\\"\"}}"},{"type":"text","text":"One order."}]'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
