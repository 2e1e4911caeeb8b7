#!/usr/bin/env bash
# @ivotoby/openapi-mcp-server 1.16.1 (Node), some 29,000 downloads a month, makes a tool of each operation of an API. Two names that it
# makes up for the model reach the shop: a body that is a list is the argument "body" of the tool, and is sent as an object with a
# member body; a member of a body that is called like a parameter of the path is the argument "body_id", and is sent as body_id, although
# its README gives the prefix as the way to reach both. A shop that ignores what it does not know answers that all is well and has
# changed nothing.
#
# Seen on 30 November 2026, Node 20:
#   tool set-items takes id, body
#   PUT /orders/5/items {"body":[{"sku":"MUG","quantity":2}]}, by the API [{"sku":"MUG","quantity":2}]
#   tool upd-customer takes id, body_id, email
#   PUT /orders/5/customer {"body_id":"77","email":"a@shop.example"}, by the API {"id":"77","email":"a@shop.example"}
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . @ivotoby/openapi-mcp-server@1.16.1 @modelcontextprotocol/sdk@1.32.2

cat > client.mjs <<'JS'
import { createServer } from "node:http";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const shop = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  console.log(request.method, request.url, body + ", by the API", wanted);
  response.setHeader("content-type", "application/json").end('{"status":"updated"}');
});
shop.listen(0, "127.0.0.1");
await once(shop, "listening");

const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
const put = (operationId, schema) => ({
  put: { operationId, parameters: [id], requestBody: { required: true, content: { "application/json": { schema } } }, responses: { 200: { description: "Done" } } },
});
const item = { type: "object", properties: { sku: { type: "string" }, quantity: { type: "integer" } } };
const customer = { type: "object", required: ["id"], properties: { id: { type: "string" }, email: { type: "string" } } };
writeFileSync("shop.json", JSON.stringify({
  openapi: "3.0.3",
  info: { title: "Shop", version: "1" },
  paths: { "/orders/{id}/items": put("setItems", { type: "array", items: item }), "/orders/{id}/customer": put("updateCustomer", customer) },
}));
const client = new Client({ name: "finding", version: "1" });
await client.connect(new StdioClientTransport({
  command: process.execPath,
  args: ["node_modules/@ivotoby/openapi-mcp-server/bin/mcp-server.js"],
  env: { ...process.env, API_BASE_URL: `http://127.0.0.1:${shop.address().port}`, OPENAPI_SPEC_PATH: "shop.json" },
  stderr: "ignore",
}));
let wanted;
const items = [{ sku: "MUG", quantity: 2 }];
for (const { name, inputSchema } of (await client.listTools()).tools) {
  console.log(`tool ${name} takes ${Object.keys(inputSchema.properties).join(", ")}`);
  const list = name.includes("items");
  wanted = JSON.stringify(list ? items : { id: "77", email: "a@shop.example" });
  await client.callTool({ name, arguments: list ? { id: "5", body: items } : { id: "5", body_id: "77", email: "a@shop.example" } });
}
await client.close();
shop.close();
JS
expected='tool set-items takes id, body
PUT /orders/5/items {"body":[{"sku":"MUG","quantity":2}]}, by the API [{"sku":"MUG","quantity":2}]
tool upd-customer takes id, body_id, email
PUT /orders/5/customer {"body_id":"77","email":"a@shop.example"}, by the API {"id":"77","email":"a@shop.example"}'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
