#!/usr/bin/env bash
# @strands-agents/sdk 1.16.0 with @modelcontextprotocol/sdk 1.32.2 (Node). As soon as the program around it traces with
# OpenTelemetry, each call has an argument more, _meta, which the tool does not declare; the protocol has a place for it beside
# the arguments. A server that refuses unknown arguments refuses every call, and the same program works without tracing. 1.19.0,
# which is for Node 22, sends it too.
#
# Seen on 29 November 2026, Node 20. The tool is called with order_id, and its schema is closed:
#   no tracing: success, Order 1001
#   tracing: error, Unknown argument: _meta
#   tracing, with disableMcpInstrumentation: success, Order 1001
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . \
    @strands-agents/sdk@1.16.0 @modelcontextprotocol/sdk@1.32.2 @opentelemetry/sdk-trace-node@2.12.1

cat > server.py <<'PY'
import json, sys

schema = {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"], "additionalProperties": False}

def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "orders", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": "order", "description": "reads", "inputSchema": schema}]}
    if method == "tools/call":
        unknown = set(params["arguments"]) - set(schema["properties"])
        text = f"Unknown argument: {', '.join(unknown)}" if unknown else f"Order {params['arguments']['order_id']}"
        return {"content": [{"type": "text", "text": text}], "isError": bool(unknown)}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        outcome = {"error": {"code": -32601, "message": "unknown method"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **outcome}), flush=True)
PY
cat > client.mjs <<'JS'
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { trace } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { McpClient } from "@strands-agents/sdk";

const call = async (what, options) => {
  const client = new McpClient({ transport: new StdioClientTransport({ command: "python3", args: ["server.py"] }), ...options });
  const [order] = await client.listTools();
  const result = await client.callTool(order, { order_id: "1001" });
  console.log(`${what}: ${result.isError ? "error" : "success"}, ${result.content[0].text}`);
  await client.disconnect();
};
await call("no tracing");
new NodeTracerProvider().register();
await trace.getTracer("shop").startActiveSpan("orders", async () => {
  await call("tracing");
  await call("tracing, with disableMcpInstrumentation", { disableMcpInstrumentation: true });
});
process.exit(0);
JS
expected='no tracing: success, Order 1001
tracing: error, Unknown argument: _meta
tracing, with disableMcpInstrumentation: success, Order 1001'
seen="$(node client.mjs 2> log)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
