#!/usr/bin/env bash
# @inngest/agent-kit 0.13.2 with zod 4.6.7, inngest 4.24.0 and @modelcontextprotocol/sdk 1.32.2 (Node). An agent with an MCP server, any
# one that has a tool, never asks its model: run() ends in a TypeError that names no tool. The schemas of MCP tools go through
# @dmitryrechkin/json-schema-to-zod 1.0.1, which makes them with its own zod 3, and agent-kit, which takes zod 4 only, cannot
# read these. With zod 4 for both (overrides) the converter does not load. The same agent without the server asks its model.
#
# Seen on 30 November 2026, Node 20. A server with one tool that takes a text:
#   without the server: the model was asked, 0 tools
#   with the server: TypeError: Cannot read properties of undefined (reading 'def')
#   requests to the model in all: 1
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . @inngest/agent-kit@0.13.2 zod@4.6.7 inngest@4.24.0 \
    @dmitryrechkin/json-schema-to-zod@1.0.1 @modelcontextprotocol/sdk@1.32.2

# Stands for the model and for the MCP server.
cat > client.mjs <<'JS'
import { createServer } from "node:http";
import { createAgent, openai } from "@inngest/agent-kit";

const order = { name: "order", description: "reads", inputSchema: { type: "object", properties: { id: { type: "string" } } } };
let asked = 0;
function answer(path, message) {
  if (path.startsWith("/v1")) {
    asked += 1;
    const content = `the model was asked, ${(message.tools ?? []).length} tools`;
    return { id: "1", object: "chat.completion", choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }] };
  }
  const capabilities = { tools: {} };
  const serverInfo = { name: "orders", version: "1" };
  const { protocolVersion } = message.params ?? {};
  const result = message.method === "initialize" ? { protocolVersion, capabilities, serverInfo } : { tools: [order] };
  return { jsonrpc: "2.0", id: message.id, result };
}
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const message = request.method === "POST" ? JSON.parse(body) : undefined;
  if (message === undefined) return response.writeHead(405).end();
  if (message.method?.startsWith("notifications/")) return response.writeHead(202).end();
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer(request.url, message)));
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const base = `http://127.0.0.1:${server.address().port}`;
const shop = { name: "shop", transport: { type: "streamable-http", url: `${base}/mcp` } };

for (const [what, mcpServers] of [["without the server", []], ["with the server", [shop]]]) {
  const model = openai({ model: "gpt-4o", apiKey: "none", baseUrl: `${base}/v1/` });
  const agent = createAgent({ name: "clerk", system: "You are a clerk.", model, mcpServers });
  const outcome = await agent.run("Hello").then(({ output }) => output[0].content, (error) => `${error.name}: ${error.message}`);
  console.log(`${what}: ${outcome}`);
}
console.log(`requests to the model in all: ${asked}`);
process.exit(0);
JS
expected="without the server: the model was asked, 0 tools
with the server: TypeError: Cannot read properties of undefined (reading 'def')
requests to the model in all: 1"
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
