// An upstream that answers without end, without bottom or without haste: how long a call takes until it is refused, and
// how much memory the server had at its peak.

import * as bench from "./lib.mjs";

const { call, print, resident, rpc, served } = bench;

const CASES = [
  ["200 MB", { huge: { megabytes: 200 } }],
  ["100,000 levels of JSON", { deep: { levels: 100_000 } }],
  ["16 bytes a second", { drip: { ms: 1000 } }],
];

export async function measureBounds() {
  const { simulator, control, env, key } = await bench.furnished("bounds.db");
  try {
    for (const [name, kind] of CASES) {
      await served(env, async ({ port, pid }) => {
        const { orders } = await call(port, key, "orders_list", { limit: 1 });
        const before = await resident(pid, "VmHWM");
        const fault = { kind, method: "GET", path: "/orders/*", times: 0 };
        await fetch(`${control}/faults`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(fault),
        });
        const began = performance.now();
        const read = { name: "orders_get", arguments: { order_id: orders[0].id, fresh: true } };
        const { body } = await rpc(port, key, "tools/call", read);
        const took = ((performance.now() - began) / 1000).toFixed(2);
        const { code } = JSON.parse(body).result.structuredContent.error;
        const peak = await resident(pid, "VmHWM");
        print(`reply of ${name}`, `${code} after ${took} s, peak ${peak.toFixed(1)} MB (before ${before.toFixed(1)} MB)`);
        await fetch(`${control}/faults`, { method: "DELETE" });
      });
    }
  } finally {
    await simulator.stop();
  }
}
