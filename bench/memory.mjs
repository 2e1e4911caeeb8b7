// What a host pays for many tenants: memory after so many calls of so many tenants, with the cache filled to its bound.

import http from "node:http";
import * as bench from "./lib.mjs";

const { call, createTenants, print, resident, rpc, served } = bench;

const TENANTS = 1_000;
const CALLS = 100_000;
const CONNECTIONS = 16;

export async function measureMemory() {
  const house = await bench.furnished("memory.db");
  const env = { ...house.env, CACHE_TTL_ORDERS: "3600" };
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  try {
    const keys = await createTenants(env, TENANTS);
    await served(env, async ({ port, pid }) => {
      const told = async (what) => print(what, `${(await resident(pid)).toFixed(1)} MB`);
      await told("memory before the first call");
      const { store_id, api_key } = house.store;
      const store = { store_id, store_name: "Shop", api_key };
      await atOnce(TENANTS, (at) => call(port, keys[at], "stores_register", store, agent));
      await told(`memory after ${TENANTS.toLocaleString("en")} tenants registered a store each`);
      const { orders } = await call(port, keys[0], "orders_list", { limit: 500 });
      let hits = 0;
      await atOnce(CALLS, async (number) => {
        // Each tenant reads each of its orders in turn.
        const order = orders[Math.floor(number / TENANTS) % orders.length];
        const read = { name: "orders_get", arguments: { order_id: order.id } };
        const { body } = await rpc(port, keys[number % TENANTS], "tools/call", read, agent);
        const { status, cache } = JSON.parse(body).result.structuredContent;
        if (status !== "success") throw new Error(`orders_get: ${body}`);
        if (cache.hit) hits += 1;
      });
      await told(`memory after ${CALLS.toLocaleString("en")} calls, ${hits.toLocaleString("en")} of them from the cache`);
      print("  at its peak", `${(await resident(pid, "VmHWM")).toFixed(1)} MB`);
    });
  } finally {
    agent.destroy();
    await house.simulator.stop();
  }
}

/** Runs `body` for 0 to `count` - 1, as many at once as there are connections. */
async function atOnce(count, body) {
  let next = 0;
  const worker = async () => {
    while (next < count) await body(next++);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}
