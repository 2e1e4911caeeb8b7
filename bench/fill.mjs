// Filling the copy of a large shop at Order Desk's real rate limit: how long somebody waits who reads an order meanwhile, and what is
// left when the server is killed in the middle. Fails when a page was asked for twice (but for the one that was on its way), or Order
// Desk refused a call.
//
//   node bench/fill.mjs [--orders 100000]

import http from "node:http";
import { parseArgs } from "node:util";
import * as bench from "./lib.mjs";
import { program, run, start } from "../e2e/lib.mjs";

const { values: flags } = parseArgs({ options: { orders: { type: "string", default: "100000" } } });
const ORDERS = Number(flags.orders);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const args = ["--orders", String(ORDERS), "--now", "2026-11-29T15:00:00Z", "--output", "json"];
const simulator = await start(["simulator", "--port", "0", ...args]);
try {
  const { url, control_url: control, stores } = simulator.info;
  const env = { ...bench.settings("fill.db"), ORDERDESK_API_BASE_URL: url };
  const [key] = await bench.createTenants(env, 1);
  const add = ["store", "add", "--store-id", stores[0].store_id, "--name", "Shop", "--api-key-env", "SHOP_API_KEY"];
  await run(program, add, { env: { ...env, MCP_MASTER_KEY: key, SHOP_API_KEY: stores[0].api_key }, cwd: bench.folder });
  const requests = async () => (await (await fetch(`${control}/requests`)).json()).requests;
  const pages = (all) => all.filter(({ path, query }) => path === "/orders" && query.includes("limit=500"));

  const began = performance.now();
  const waits = [];
  let server = await bench.serve(env);
  const { orders } = await bench.call(server.port, key, "orders_list", { limit: 5 });
  let fill = filled(server, key);
  while (pages(await requests()).length < ORDERS / 1000) await read(server, key, orders[0].id, waits);
  process.kill(server.pid, "SIGKILL");
  await Promise.allSettled([fill]);
  const before = pages(await requests()).length;
  server = await bench.serve(env);
  fill = filled(server, key);
  let told;
  fill.then((data) => (told = data));
  while (told === undefined) await read(server, key, orders[0].id, waits);
  bench.print("orders of the copy", String(told.orders_counted));
  bench.print("until it was whole", `${((performance.now() - began) / 1000).toFixed(0)} s`);
  bench.print("a read of one order meanwhile", bench.spread(waits));
  const all = await requests();
  const asked = pages(all).map(({ query }) => query);
  const twice = asked.length - new Set(asked).size;
  bench.print("pages asked for, before the kill and in all", `${before}, ${asked.length}; twice: ${twice}`);
  const refused = all.filter(({ status }) => status === 429).length;
  bench.print("refused with 429", String(refused));
  await server.stop();
  if (twice > 1 || refused > 0) process.exitCode = 1;
} finally {
  await simulator.stop();
  await bench.cleanUp();
}

/** Asks until the answer is whole. */
async function filled({ port }, key) {
  for (;;) {
    const args = { report: "sales_by_month", from: "2026-06-12" };
    const { body } = await own(port, key, args);
    const envelope = JSON.parse(body).result?.structuredContent;
    if (envelope?.status !== "success") throw new Error(body);
    if (envelope.data.complete) return envelope.data;
    const left = envelope.data.seconds_remaining;
    // Once the copy is filled, what is left to do has no known end.
    console.log(`  ${envelope.data.reason}${left === undefined ? "" : `; ${left} s`}`);
  }
}

/** A connection of its own: the others are for the reads. */
function own(port, key, args) {
  const agent = new http.Agent({ keepAlive: false });
  return bench.rpc(port, key, "tools/call", { name: "orders_report", arguments: args }, agent);
}

async function read({ port }, key, id, waits) {
  waits.push(await bench.timed(() => bench.call(port, key, "orders_get", { order_id: id, fresh: true })));
  await pause(1_000);
}
