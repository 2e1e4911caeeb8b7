// What the product costs on top of the protocol library: a cached read over HTTP against a bare handler that answers the
// same bytes, measured in turns; an uncached read against Order Desk asked directly; and what a flood of wrong keys does
// to somebody with a good one.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { program, root, run, start } from "../e2e/lib.mjs";
import * as bench from "./lib.mjs";

const { call, print, processorTime, rpc, served } = bench;

const CONNECTIONS = 16;
const SECONDS = 4;
const ROUNDS = 3;
const WRONG_KEYS = 997;

const build = path.dirname(program);
const loadProgram = path.join(build, "examples", "load");
const bareProgram = path.join(build, "examples", "bare");

export async function measureThroughput() {
  const house = await bench.furnished("throughput.db");
  const env = { ...house.env, CACHE_TTL_ORDERS: "3600" };
  try {
    await served(env, async ({ port, pid }) => {
      const { orders } = await call(port, house.key, "orders_list", { limit: 1 });
      const id = orders[0].id;
      const read = { name: "orders_get", arguments: { order_id: id } };
      await rpc(port, house.key, "tools/call", read);
      const cached = await rpc(port, house.key, "tools/call", read);
      const { result } = JSON.parse(cached.body);
      if (result.structuredContent.cache?.hit !== true) throw new Error(`not from the cache: ${cached.body}`);
      print("reply to a cached orders_get", `${cached.body.length} bytes`);
      await against({ port, pid }, house.key, read, result);
      await uncached(port, house, id);
      await flooded(port, house.key, read);
    });
    await served({ ...env, LOG_LEVEL: "INFO" }, async ({ port }) => {
      const { orders } = await call(port, house.key, "orders_list", { limit: 1 });
      const read = { name: "orders_get", arguments: { order_id: orders[0].id } };
      await rpc(port, house.key, "tools/call", read);
      told("orders_get, cached, every request logged", await load(port, post(read), [house.key]));
    });
  } finally {
    await house.simulator.stop();
  }
}

/** The product and the bare handler in turns. */
async function against(server, key, read, result) {
  const file = path.join(bench.folder, "result.json");
  await writeFile(file, JSON.stringify(result));
  const bare = await start([file], { command: bareProgram });
  try {
    const other = { port: new URL(bare.info.url).port, pid: bare.pid };
    const [theirs, ours] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      theirs.push(await weighed(other, read, key));
      ours.push(await weighed(server, read, key));
    }
    const [bareRun, ourRun] = [middle(theirs), middle(ours)];
    told(`bare handler, ${CONNECTIONS} connections`, bareRun);
    told(`orders_get, cached, ${CONNECTIONS} connections`, ourRun);
    print("  of the bare handler's throughput", percent(ourRun.per_second / bareRun.per_second));
    print("  processor time a call", `${us(ourRun.processor)} (bare handler: ${us(bareRun.processor)})`);
    print("  added to p99", `${((ourRun.p99_us - bareRun.p99_us) / 1000).toFixed(2)} ms`);
  } finally {
    await bare.stop();
  }
}

/** Loads a server; also says how much processor time a call took, which depends less on what else the machine does. */
async function weighed({ port, pid }, read, key) {
  const before = await processorTime(pid);
  const run = await load(port, post(read), [key]);
  return { ...run, processor: ((await processorTime(pid)) - before) / run.requests };
}

/** One connection, so that nothing but the work itself is measured. */
async function uncached(port, { url, store, key }, id) {
  const api = new URL(url);
  const direct = {
    method: "GET",
    path: `${api.pathname}/orders/${id}`,
    headers: [`ORDERDESK-STORE-ID: ${store.store_id}`, `ORDERDESK-API-KEY: ${store.api_key}`],
    body: "",
  };
  const read = { name: "orders_get", arguments: { order_id: id, fresh: true } };
  const [order, ours] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    order.push(await load(api.port, direct, [key], { connections: 1, seconds: 2 }));
    ours.push(await load(port, post(read), [key], { connections: 1, seconds: 2 }));
  }
  told("simulator asked directly, 1 connection", middle(order));
  told("orders_get, not cached, 1 connection", middle(ours));
  print("  our own share (median)", `${middle(ours).p50_us - middle(order).p50_us} us`);
}

/** One caller with a good key, alone and beside strangers. */
async function flooded(port, key, read) {
  const alone = await load(port, post(read), [key], { connections: 1 });
  told("good caller alone, 1 connection", alone);
  const strangers = Array.from({ length: WRONG_KEYS }, (_, at) => `a-key-that-nobody-was-given-${at}`);
  for (const connections of [CONNECTIONS, 256]) {
    const flood = load(port, post(read), strangers, { status: 401, seconds: SECONDS + 2, connections });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const beside = await load(port, post(read), [key], { connections: 1 });
    const { per_second: wrong } = await flood;
    told(`good caller beside ${Math.round(wrong)} wrong keys a second, ${connections} connections`, beside);
    print("  costs a call (median)", `${(beside.p50_us / alone.p50_us).toFixed(2)} times as much as alone`);
  }
}

function post(params) {
  return {
    method: "POST",
    path: "/mcp",
    headers: [
      "Content-Type: application/json",
      "Accept: application/json, text/event-stream",
      "MCP-Protocol-Version: 2025-11-25",
    ],
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  };
}

/** Loads a server and answers what was measured. */
async function load(port, request, keys, more = {}) {
  const plan = {
    host: `127.0.0.1:${port}`,
    ...request,
    authorizations: keys.map((key) => `Bearer ${key}`),
    status: 200,
    connections: CONNECTIONS,
    seconds: SECONDS,
    ...more,
  };
  return JSON.parse(await run(loadProgram, [], { cwd: root, input: JSON.stringify(plan) }));
}

/** The round with the median throughput. */
function middle(rounds) {
  return rounds.toSorted((a, b) => a.per_second - b.per_second)[Math.floor(rounds.length / 2)];
}

function told(name, { per_second: rate, p50_us: median, p99_us: p99 }) {
  print(name, `${Math.round(rate)}/s, median ${median} us, p99 ${p99} us`);
}

function us(milliseconds) {
  return `${Math.round(milliseconds * 1000)} us`;
}

function percent(share) {
  return `${(share * 100).toFixed(0)} %`;
}
