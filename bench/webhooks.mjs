// A merchant's import: Order Desk posts a thousand orders to three replicas behind a proxy. Prints how long the answers took;
// fails when one took more than a second, was not taken, or was taken for new when it came again.
//
//   node bench/webhooks.mjs [--posts 1000] [--at-once 50]

import { createHmac } from "node:crypto";
import http from "node:http";
import { parseArgs } from "node:util";
import { cleanUp, createTenants, folder, print, request, settings, spread } from "./lib.mjs";
import { postgres, redis, replicas } from "./soak/servers.mjs";
import { program, run, start } from "../e2e/lib.mjs";

const { values: flags } = parseArgs({
  options: { posts: { type: "string", default: "1000" }, "at-once": { type: "string", default: "50" } },
});
const LIMIT = 1000;
const [posts, atOnce] = [Number(flags.posts), Number(flags["at-once"])];

const database = await postgres();
const cache = await redis();
const simulator = await start(["simulator", "--port", "0", "--no-rate-limit", "--output", "json"]);
const [shop] = simulator.info.stores;
const env = {
  ...settings("none"),
  DATABASE_URL: database.url,
  REDIS_URL: cache.url,
  ORDERDESK_API_BASE_URL: simulator.info.url,
  LOG_LEVEL: "OFF",
};
await untilItWorks(() => run(program, ["migrate"], { env, cwd: folder }));
const [key] = await createTenants(env, 1);
const owner = { env: { ...env, MCP_MASTER_KEY: key, SHOP_API_KEY: shop.api_key }, cwd: folder };
await run(program, ["store", "add", "--store-id", shop.store_id, "--name", "Shop", "--api-key-env", "SHOP_API_KEY"], owner);
const enable = ["store", "webhook", "--store", shop.store_id, "--action", "enable", "--output", "json"];
const { address } = JSON.parse(await run(program, enable, owner));
const service = await replicas(env, 3);
const through = new http.Agent({ keepAlive: true, maxSockets: atOnce });

const first = await burst("accepted");
const again = await burst("duplicate");
print(`${posts} posts to three replicas, ${atOnce} at once`, spread(first.times));
print("the same once more", spread(again.times));
print("the slowest of all", `${Math.max(...first.times, ...again.times).toFixed(0)} ms`);
const late = [...first.times, ...again.times].filter((time) => time > LIMIT).length;
const wrong = [...first.wrong, ...again.wrong];
if (late > 0) console.log(`${late} took more than ${LIMIT} ms`);
for (const answer of wrong.slice(0, 5)) console.log(`  ${answer}`);

through.destroy();
await service.stop();
await simulator.stop();
await cache.stop();
await database.stop();
await cleanUp();
process.exit(late + wrong.length > 0 ? 1 : 0);

/** Posts all of them, and says how long each took and which were not answered as they should be. */
async function burst(expected) {
  const [times, wrong] = [[], []];
  let next = 0;
  const sender = async () => {
    for (let number = (next += 1); number <= posts; number = next += 1) {
      const began = performance.now();
      const { status, body } = await send(number);
      times.push(performance.now() - began);
      if (status !== 200 || JSON.parse(body).status !== expected) wrong.push(`${status} ${body}, and not ${expected}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  return { times, wrong };
}

/** One order as a rule posts it: a form with the JSON in it. */
function send(number) {
  const items = Array.from({ length: 5 }, (_, item) => ({ id: String(item), name: "Mug, white, 11 oz", quantity: 1 }));
  const order = JSON.stringify({ id: String(80_000_000 + number), email: "ada@example.com", order_items: items });
  const headers = {
    "Content-Type": "application/x-www-form-urlencoded",
    "X-Order-Desk-Store-Id": shop.store_id,
    "X-Order-Desk-Hash": createHmac("sha256", shop.api_key).update(order).digest("hex"),
  };
  const body = new URLSearchParams({ order }).toString();
  return request(service.port, { path: new URL(address).pathname, method: "POST", headers, body, through });
}

/** Tries something until it works, for half a minute: the servers have just been started. */
async function untilItWorks(act) {
  const began = performance.now();
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (performance.now() - began > 30_000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
