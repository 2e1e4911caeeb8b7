// What the product costs on top of the protocol library: a cached read over HTTP against a bare handler that answers the
// same bytes, measured in turns; an uncached read against Order Desk asked directly; and what a flood of wrong keys does
// to somebody with a good one.

import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { program, start } from "../e2e/lib.mjs";
import * as bench from "./lib.mjs";
import { SECONDS, USUAL, load, post } from "./load.mjs";

const { call, print, processorTime, rpc, served } = bench;

const CONNECTIONS = [1, 16, 64];
const ROUNDS = 3;
const WRONG_KEYS = 997;

const bareProgram = path.join(path.dirname(program), "examples", "bare");

export async function measureThroughput() {
  const house = await bench.furnished("throughput.db");
  const env = { ...house.env, CACHE_TTL_ORDERS: "3600" };
  try {
    await served(env, async ({ port, pid }) => {
      const { orders } = await call(port, house.key, "orders_list", { limit: 1 });
      const id = orders[0].id;
      const read = { name: "orders_get", arguments: { order_id: id } };
      const list = { name: "orders_list", arguments: {} };
      for (const question of [read, list]) {
        const result = await fromCache(port, house.key, question);
        await against({ port, pid }, house.key, question.name, question, result);
      }
      await listed({ port, pid }, house.key);
      await withToken({ port, pid }, house, read);
      await uncached(port, house, id);
      await flooded(port, house.key, read, "wrong keys", (at) => `a-key-that-nobody-was-given-${at}`);
      await flooded(port, house.key, read, "wrong tokens", wrongToken);
    });
    await served({ ...env, LOG_LEVEL: "INFO" }, async ({ port }) => {
      const { orders } = await call(port, house.key, "orders_list", { limit: 1 });
      const read = { name: "orders_get", arguments: { order_id: orders[0].id } };
      await rpc(port, house.key, "tools/call", read);
      told("orders_get, cached, every request logged", await load(port, post("tools/call", read), [house.key]));
    });
  } finally {
    await house.simulator.stop();
  }
}

/** Asks twice, so that every later answer comes from the cache; the result is what the bare handler shall answer. */
async function fromCache(port, key, question) {
  await rpc(port, key, "tools/call", question);
  const { body } = await rpc(port, key, "tools/call", question);
  const { result } = JSON.parse(body);
  if (result.structuredContent.cache?.hit !== true) throw new Error(`not from the cache: ${body}`);
  print(`reply to a cached ${question.name}`, `${body.length} bytes`);
  return result;
}

/** The product and the bare handler in turns, alone on a connection, on some, and on more than are served at once. */
async function against(server, key, name, read, result) {
  const file = path.join(bench.folder, "result.json");
  await writeFile(file, JSON.stringify(result));
  const bare = await start([file], { command: bareProgram });
  try {
    const other = { port: new URL(bare.info.url).port, pid: bare.pid };
    for (const connections of CONNECTIONS) {
      const [theirs, ours] = [[], []];
      for (let round = 0; round < ROUNDS; round += 1) {
        theirs.push(await weighed(other, post("tools/call", read), key, connections));
        ours.push(await weighed(server, post("tools/call", read), key, connections));
      }
      const [bareRun, ourRun] = [middle(theirs), middle(ours)];
      told(`bare handler, ${many(connections)}`, bareRun);
      told(`${name}, cached, ${many(connections)}`, ourRun);
      print("  of the bare handler's throughput", percent(ourRun.per_second / bareRun.per_second));
      const times = (ourRun.processor / bareRun.processor).toFixed(2);
      print("  processor time a call", `${us(ourRun.processor)}, bare handler ${us(bareRun.processor)}: ${times} times`);
      print("  added to p99", `${((ourRun.p99_us - bareRun.p99_us) / 1000).toFixed(2)} ms`);
    }
  } finally {
    await bare.stop();
  }
}

/** The list of tools, which every client asks for first. The bare handler has none. */
async function listed(server, key) {
  const runs = [];
  for (let round = 0; round < ROUNDS; round += 1) runs.push(await weighed(server, post("tools/list", {}), key, USUAL));
  const run = middle(runs);
  told(`tools/list, ${many(USUAL)}`, run);
  print("  processor time a call", us(run.processor));
}

/** Loads a server; also says how much processor time a call took, which depends less on what else the machine does. */
async function weighed({ port, pid }, request, key, connections) {
  const before = await processorTime(pid);
  const run = await load(port, request, [key], { connections });
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
    order.push(await load(api.port, direct, [key], { connections: 1 }));
    ours.push(await load(port, post("tools/call", read), [key], { connections: 1 }));
  }
  told("simulator asked directly, 1 connection", middle(order));
  told("orders_get, not cached, 1 connection", middle(ours));
  print("  our own share (median)", `${middle(ours).p50_us - middle(order).p50_us} us`);
}

/** The same read with a master key and with a token, in turns. */
async function withToken(server, house, read) {
  const [token] = await bench.createTokens(house.env, house.key, 1);
  const [keys, tokens] = [[], []];
  for (let round = 0; round < ROUNDS + 2; round += 1) {
    keys.push(await weighed(server, post("tools/call", read), house.key, USUAL));
    tokens.push(await weighed(server, post("tools/call", read), token, USUAL));
  }
  const [key, other] = [middle(keys), middle(tokens)];
  print("cached orders_get with a token", `${(other.processor / key.processor).toFixed(2)} times a master key's processor time`);
}

/** A token as this server would make it, checksum and all, and nobody's. */
function wrongToken() {
  const random = `odpt_${randomBytes(32).toString("base64url")}`;
  return random + createHash("sha256").update(random).digest("base64url").slice(0, 6);
}

/** One caller with a good key, alone and beside strangers. */
async function flooded(port, key, read, kind, stranger) {
  const strangers = Array.from({ length: WRONG_KEYS }, (_, at) => stranger(at));
  const alone = await load(port, post("tools/call", read), [key], { connections: 1 });
  told("good caller alone, 1 connection", alone);
  for (const connections of [USUAL, 256]) {
    const flood = load(port, post("tools/call", read), strangers, { status: 401, seconds: SECONDS + 2, connections });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const beside = await load(port, post("tools/call", read), [key], { connections: 1 });
    const { per_second: wrong } = await flood;
    told(`good caller beside ${Math.round(wrong)} ${kind} a second, ${many(connections)}`, beside);
    print("  costs a call (median)", `${(beside.p50_us / alone.p50_us).toFixed(2)} times as much as alone`);
  }
}

/** The round with the median throughput. */
function middle(rounds) {
  return rounds.toSorted((a, b) => a.per_second - b.per_second)[Math.floor(rounds.length / 2)];
}

function many(connections) {
  return connections === 1 ? "1 connection" : `${connections} connections`;
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
