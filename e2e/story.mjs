// The story, told by the official TypeScript client. Its twin is story.py: the same steps, the same judgements.
//
// E2E_TARGET (JSON): { transport: "http" | "stdio", era: "legacy" | "modern", simulator_url, store,
//                      url, master_key          (http)
//                      command, args, env }     (stdio)

import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { judgeUpload } from "./judge.mjs";

const target = JSON.parse(process.env.E2E_TARGET);
const REVISION = { legacy: "2025-11-25", modern: "2026-07-28" };
const NEEDED = ["stores_list", "orders_list", "orders_get", "orders_mutate_full", "orders_add_note"];
const mark = `typescript ${target.transport} ${target.era}`;

const client = new Client(
  { name: "orderdesk-mcp-e2e", version: "1.0.0" },
  { versionNegotiation: { mode: target.era === "modern" ? { pin: REVISION.modern } : "legacy" } },
);
await client.connect(transport());
try {
  assert.equal(client.getNegotiatedProtocolVersion(), REVISION[target.era]);

  const { tools } = await client.listTools();
  const names = tools.map((tool) => tool.name);
  for (const name of NEEDED) assert.ok(names.includes(name), `${name} is not listed: ${names}`);

  const { stores } = await call("stores_list", {});
  assert.ok(stores.some((store) => store.store_id === target.store), `store ${target.store} is not listed`);

  const { orders } = await call("orders_list", { store: target.store, limit: 5 });
  assert.equal(orders.length, 5);
  const id = orders[0].id;
  const before = await call("orders_get", { store: target.store, order_id: id, fresh: true });
  assert.equal(before.id, id);

  const city = `Reykjavík (${mark})`;
  let since = await lastSequence();
  const moved = await call("orders_mutate_full", {
    store: target.store,
    order_id: id,
    mutation: { shipping: { city } },
  });
  assert.equal(moved.verified, true);
  assert.deepEqual(moved.changes, [{ path: "/shipping/city", before: before.shipping.city, after: city }]);
  judgeUpload(await uploads(since, id), before, (record) => (record.shipping.city = city));

  const between = await call("orders_get", { store: target.store, order_id: id, fresh: true });
  assert.equal(between.shipping.city, city);

  const content = `Checked by the ${mark} story.`;
  since = await lastSequence();
  const noted = await call("orders_add_note", { store: target.store, order_id: id, content });
  assert.equal(noted.verified, true);
  judgeUpload(await uploads(since, id), between, (record) => record.order_notes.push({ content }));

  const after = await call("orders_get", { store: target.store, order_id: id, fresh: true });
  assert.equal(after.shipping.city, city);
  assert.equal(after.order_notes.filter((note) => note.content === content).length, 1);

  since = await lastSequence();
  const refused = await client.callTool({ name: "orders_get", arguments: { store: target.store, ordre_id: id } });
  assert.equal(refused.isError, true);
  assert.equal(refused.structuredContent.error.code, "VALIDATION_ERROR");
  assert.equal(await lastSequence(), since, "a refused call reached Order Desk");
} finally {
  await client.close();
}

function transport() {
  if (target.transport === "stdio") {
    return new StdioClientTransport({ command: target.command, args: target.args, env: target.env, stderr: "ignore" });
  }
  const headers = { Authorization: `Bearer ${target.master_key}` };
  return new StreamableHTTPClientTransport(new URL(target.url), { requestInit: { headers } });
}

/** Calls a tool and answers the envelope's data; a tool error fails the story. */
async function call(name, args) {
  const result = await client.callTool({ name, arguments: args });
  const envelope = result.structuredContent;
  assert.ok(!result.isError && envelope?.status === "success", `${name}: ${JSON.stringify(result)}`);
  assert.deepEqual(JSON.parse(result.content[0].text), envelope, `${name}: the text differs from the structured content`);
  return envelope.data;
}

async function requests() {
  const response = await fetch(new URL("/_sim/requests", target.simulator_url));
  assert.equal(response.status, 200);
  return (await response.json()).requests;
}

async function lastSequence() {
  return Math.max(0, ...(await requests()).map((request) => request.seq));
}

async function uploads(since, id) {
  return (await requests()).filter(
    ({ seq, method, path }) => seq > since && method === "PUT" && path.endsWith(`/orders/${id}`),
  );
}
