#!/usr/bin/env bash
# openapi-mcp-generator 4.0.1 (Node), some 24,000 downloads a month, writes an MCP server for an API. A list in a query is joined with
# commas, whatever the description of the API says: "style: form, explode: true", which is also what holds when nothing is said (OpenAPI
# 3.0.3, Parameter Object), means status=new&status=paid, and the shop is asked for status=new,paid, of which it has no orders. The
# answer is an empty list and no error. Lists whose explode is false are right.
#
# Seen on 30 November 2026, Node 20, a list of new and paid:
#   nothing said: GET /orders?status=new%2Cpaid, by OpenAPI status=new&status=paid
#   explode true: GET /invoices?status=new%2Cpaid, by OpenAPI status=new&status=paid
#   explode false: GET /returns?status=new%2Cpaid, by OpenAPI status=new,paid
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . openapi-mcp-generator@4.0.1 typescript@5.9.3 @types/node@22.20.7 \
    @modelcontextprotocol/sdk@1.32.2 axios@1.21.1 dotenv@16.6.1 zod@3.25.76 json-schema-to-zod@2.8.1

cat > client.mjs <<'JS'
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const cases = {
  orders: ["nothing said", {}, "status=new&status=paid"],
  invoices: ["explode true", { style: "form", explode: true }, "status=new&status=paid"],
  returns: ["explode false", { style: "form", explode: false }, "status=new,paid"],
};
let name;
const shop = createServer((request, response) => {
  const [said, , wanted] = cases[name];
  console.log(`${said}: ${request.method} ${request.url}, by OpenAPI ${wanted}`);
  response.setHeader("content-type", "application/json").end("[]");
});
shop.listen(0, "127.0.0.1");
await once(shop, "listening");

const paths = {};
for (const [name, [, style]] of Object.entries(cases)) {
  const status = { name: "status", in: "query", schema: { type: "array", items: { type: "string" } }, ...style };
  paths[`/${name}`] = { get: { operationId: name, parameters: [status], responses: { 200: { description: "A list" } } } };
}
writeFileSync("shop.json", JSON.stringify({ openapi: "3.0.3", info: { title: "Shop", version: "1.0.0" }, paths }));
const url = `http://127.0.0.1:${shop.address().port}`;
execFileSync("node_modules/.bin/openapi-mcp-generator", ["--input", "shop.json", "--output", "server", "--base-url", url], { stdio: "ignore" });
execFileSync("node_modules/.bin/tsc", ["-p", "server"]);
const client = new Client({ name: "finding", version: "1" });
await client.connect(new StdioClientTransport({ command: process.execPath, args: ["server/build/index.js"], stderr: "ignore" }));
for (name of Object.keys(cases)) await client.callTool({ name, arguments: { status: ["new", "paid"] } });
await client.close();
shop.close();
JS
expected='nothing said: GET /orders?status=new%2Cpaid, by OpenAPI status=new&status=paid
explode true: GET /invoices?status=new%2Cpaid, by OpenAPI status=new&status=paid
explode false: GET /returns?status=new%2Cpaid, by OpenAPI status=new,paid'
seen="$(node client.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
