// Three replicas behind a proxy, for as long as one likes: agents that read and change, somebody who edits the same orders in
// Order Desk, and trouble. Prints what the replicas take each minute and how long the service needed after each trouble; fails
// when a change was lost or a reader saw what was before his own change.
//
//   node bench/soak.mjs [--minutes 60] [--agents 50] [--quiet]     (--quiet: no trouble)

import { readdir } from "node:fs/promises";
import http from "node:http";
import { parseArgs } from "node:util";
import { cleanUp, createTenants, folder, resident, request, settings } from "./lib.mjs";
import { Journal, Outcomes } from "./soak/journal.mjs";
import { postgres, redis, replicas } from "./soak/servers.mjs";
import { program, run, start } from "../e2e/lib.mjs";

const { values: flags } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    agents: { type: "string", default: "50" },
    quiet: { type: "boolean", default: false },
  },
});
const MINUTE = 60_000;
const ORDERS = 20;
const until = performance.now() + Number(flags.minutes) * MINUTE;
const through = new http.Agent({ keepAlive: true, maxSockets: 200 });
const journal = new Journal();
const outcomes = new Outcomes();
const stale = [];
const goesOn = () => performance.now() < until;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const database = await postgres();
const cache = await redis();
const simulator = await start(["simulator", "--port", "0", "--no-rate-limit", "--output", "json"]);
const { url, control_url: control, stores } = simulator.info;
const env = {
  ...settings("none"),
  DATABASE_URL: database.url,
  REDIS_URL: cache.url,
  ORDERDESK_API_BASE_URL: url,
  ORDERDESK_BUCKET_SIZE: "10000",
  ORDERDESK_REFILL_PER_SECOND: "10000",
  LOG_LEVEL: "OFF",
};
await run(program, ["migrate"], { env, cwd: folder });
const [key] = await createTenants(env, 1);
const add = ["store", "add", "--store-id", stores[0].store_id, "--name", "Shop", "--api-key-env", "SHOP_API_KEY"];
await run(program, add, { env: { ...env, MCP_MASTER_KEY: key, SHOP_API_KEY: stores[0].api_key }, cwd: folder });
const service = await replicas(env, 3);
const ids = (await call("orders_list", { limit: ORDERS, fields: ["id"] })).orders.map((order) => order.id);

console.log(`${flags.agents} agents on ${ids.length} orders of three replicas, ${flags.minutes} minutes`);
const agents = Array.from({ length: Number(flags.agents) }, (_, number) => work(`a${number}`));
await Promise.all([...agents, foreign(), samples(), flags.quiet ? undefined : trouble()]);
await judge();

/** Reads and changes, one call after the other; after each of its changes it must see it. */
async function work(writer) {
  for (let number = 1; goesOn(); number += 1) {
    const order = ids[Math.floor(Math.random() * ids.length)];
    await attempt("orders_get", { order_id: order, fields: ["order_metadata"] });
    if (number % 3 !== 0) continue;
    journal.begins(order, writer, number);
    const change = { order_id: order, mutation: { order_metadata: { [writer]: number } } };
    const told = await attempt("orders_mutate_full", change);
    if (told === "not done") journal.refused(order, writer, number);
    if (typeof told !== "object") continue;
    journal.stands(order, writer, number);
    const seen = await attempt("orders_get", { order_id: order, fields: ["order_metadata"] });
    const metadata = seen?.order_metadata;
    if (metadata && metadata[writer] !== number) stale.push({ order, writer, number, seen: metadata[writer] });
  }
}

/** Somebody in Order Desk's own pages. */
async function foreign() {
  for (let number = 1; goesOn(); number += 1) {
    const order = ids[number % ids.length];
    journal.begins(order, "customer_id", number);
    const body = JSON.stringify({ customer_id: String(number) });
    const headers = { "Content-Type": "application/json" };
    await fetch(`${control}/orders/${stores[0].store_id}/${order}/edit`, { method: "POST", headers, body });
    journal.stands(order, "customer_id", number);
    await pause(500);
  }
}

/** One trouble after the other, with time to recover in between. */
async function trouble() {
  const kinds = [
    ["a replica was killed", () => service.kill(Math.floor(Math.random() * 3), 3000)],
    ["Redis was away for 5 s", async () => {
      await cache.stop();
      await pause(5000);
      cache.start();
    }],
    ["PostgreSQL was restarted", () => database.restart()],
    ["Order Desk failed for a while", async () => {
      const fault = { kind: { status: { code: 503 } }, times: 40 };
      await fetch(`${control}/faults`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fault) });
    }],
  ];
  const between = Math.min(MINUTE, (Number(flags.minutes) * MINUTE) / (kinds.length + 1));
  for (let turn = 0; ; turn += 1) {
    await pause(between);
    if (performance.now() + between / 2 > until) return;
    const [name, cause] = kinds[turn % kinds.length];
    const began = performance.now();
    await cause();
    const caused = performance.now();
    await answers(() => call("orders_get", { order_id: ids[0], fresh: true }));
    const seconds = (from) => ((performance.now() - from) / 1000).toFixed(1);
    console.log(`  ${name}: it took ${((caused - began) / 1000).toFixed(1)} s, and ${seconds(caused)} s until a fresh read`);
  }
}

/** What the replicas take, once a minute. */
async function samples() {
  for (let minute = 0; goesOn(); minute += 1) {
    await pause(Math.min(MINUTE, Math.max(0, until - performance.now())));
    const taken = await Promise.all(
      service.all.map(async ({ pid }) => {
        const open = (await readdir(`/proc/${pid}/fd`).catch(() => [])).length;
        const taken = await resident(pid);
        // One that was killed is on its way up again.
        return Number.isNaN(taken) ? "down" : `${taken.toFixed(0)} MB ${open} files`;
      }),
    );
    console.log(`  ${String(minute + 1).padStart(3)} min  ${taken.join(", ")}; ${outcomes.take()}`);
  }
}

/** The shop as it is, against what was written. */
async function judge() {
  const orders = new Map();
  for (const id of ids) {
    const order = await call("orders_get", { order_id: id, fresh: true });
    orders.set(id, { ...order.order_metadata, customer_id: order.customer_id });
  }
  const { writers, lost } = journal.judge(orders);
  console.log(`${writers} writers of orders, ${lost.length} lost; ${stale.length} readers saw what was before their change`);
  for (const row of [...lost, ...stale].slice(0, 20)) console.log(`  ${JSON.stringify(row)}`);
  await service.stop();
  await simulator.stop();
  await cache.stop();
  await database.stop();
  await cleanUp();
  process.exit(lost.length + stale.length > 0 ? 1 : 0);
}

/** A tool's data, "not done" when the call says that nothing was changed, and nothing when nobody knows. */
async function attempt(name, args) {
  const began = performance.now();
  try {
    const envelope = await envelopeOf(name, args);
    if (envelope?.status === "success") {
      outcomes.add("done", performance.now() - began);
      return envelope.data;
    }
    outcomes.add(envelope?.error?.code ?? "no envelope");
    await pause(100);
    return envelope?.error && envelope.error.code !== "UNCERTAIN" ? "not done" : undefined;
  } catch (error) {
    outcomes.add(error.code ?? error.message.slice(0, 30));
    await pause(100);
    return undefined;
  }
}

async function call(name, args) {
  const envelope = await envelopeOf(name, args);
  if (envelope?.status !== "success") throw new Error(`${name}: ${JSON.stringify(envelope)}`);
  return envelope.data;
}

async function envelopeOf(name, args) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } });
  const headers = {
    Authorization: `Bearer ${key}`,
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2025-11-25",
  };
  const answer = await request(service.port, { path: "/mcp", method: "POST", headers, body, through });
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
  return JSON.parse(answer.body).result?.structuredContent;
}

/** Tries something until it works, for a minute. */
async function answers(act) {
  const began = performance.now();
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (performance.now() - began > MINUTE) throw error;
      await pause(100);
    }
  }
}
