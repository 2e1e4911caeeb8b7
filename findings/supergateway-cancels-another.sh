#!/usr/bin/env bash
# supergateway 4.0.0 (Node), from stdio to Streamable HTTP. It gives each request a number of its own before it sends it on,
# but a cancellation keeps the number that the client used. A client that counts from 1 (the Python SDK 2.3.0 does) cancels
# the request after the one it means: a write that was stopped goes on, and the next one is stopped in its place.
#
# Seen on 29 November 2026, Node 20. The client asks for two writes and cancels the first:
#   the client cancels the write of order 1001
#   the server is told to cancel the write of order 1002
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${server:-}" ] || kill "$server"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix . supergateway@4.0.0

# Writes for two seconds, and notes which write a cancellation names.
cat > server.mjs <<'JS'
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const writing = new Map();
const told = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  if (request.url === "/told") return response.end(told.join());
  if (request.method !== "POST") return response.writeHead(405).end();
  const { id, method, params } = JSON.parse(body);
  if (method === "notifications/cancelled") told.push(writing.get(params.requestId) ?? "no order");
  if (id === undefined) return response.writeHead(202).end();
  const json = (value) =>
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id, ...value }));
  if (method === "initialize")
    return json({ result: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "writer", version: "1" } } });
  if (method !== "tools/call") return json({ error: { code: -32601, message: "unknown method" } });
  writing.set(id, `order ${params.arguments.order}`);
  await sleep(2000);
  json({ result: { content: [{ type: "text", text: "written" }] } });
}).listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
cat > client.mjs <<'JS'
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const base = process.argv[2];
const gateway = spawn("node_modules/.bin/supergateway", ["--streamableHttp", `${base}/mcp`], { stdio: ["pipe", "pipe", "ignore"] });
const answered = new Map();
createInterface({ input: gateway.stdout }).on("line", (line) => answered.get(JSON.parse(line).id)?.());
const send = (message) => gateway.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const ask = (id, method, params) => {
  send({ id, method, params });
  return new Promise((resolve) => answered.set(id, resolve));
};
const write = (id, order) => ask(id, "tools/call", { name: "write", arguments: { order } });

await ask(1, "initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "client", version: "1" } });
send({ method: "notifications/initialized" });
await sleep(200);
write(2, "1001");
await sleep(200);
const second = write(3, "1002");
await sleep(200);
console.log("the client cancels the write of order 1001");
send({ method: "notifications/cancelled", params: { requestId: 2 } });
await Promise.race([second, sleep(10000)]);
console.log("the server is told to cancel the write of", (await (await fetch(`${base}/told`)).text()) || "nothing");
gateway.kill();
process.exit();
JS
node server.mjs > port &
server=$!
until [ -s port ]; do sleep 0.2; done
expected="the client cancels the write of order 1001
the server is told to cancel the write of order 1002"
seen="$(node client.mjs "http://127.0.0.1:$(cat port)")"
echo "$seen"
[ "$seen" = "$expected" ] || {
    echo "this is no longer what was seen" >&2
    exit 1
}
