// What a stranger or a bad client can cost: memory at its peak for the worst bodies that are accepted, one and 24 at once, and
// for one that must not be; the health endpoint while a thousand request heads are sent by half; and many first sign-ins.

import http from "node:http";
import net from "node:net";
import * as bench from "./lib.mjs";

const { createTenants, print, request, resident, rpc, served, settings } = bench;

const AT_ONCE = 24;
const MB = 1024 * 1024;
const HALF_HEADS = 1_000;
const WATCHED_MS = 12_000;

/** Arguments as text: the shapes that take most for what they weigh. */
const BODIES = {
  "49,000 numbers": () => list(49_000, "0"),
  "49,000 one-letter texts": () => list(49_000, '"a"'),
  "16,000 objects of one member": () => list(16_000, '{"a":0}'),
  "objects in objects, 47,000 values": () => list(800, `${'{"a":'.repeat(29)}0${"}".repeat(29)}`),
  "one text of 4 MB": () => `"${"x".repeat(4 * MB - 2_000)}"`,
  "one text of 4 MB, every sixth letter escaped": () => `"${"xxxx\\n".repeat(Math.floor((4 * MB - 2_000) / 6))}"`,
  "29,000 texts, 4 MB together": () => list(29_000, `"${"x".repeat(140)}"`),
  "1,000,000 numbers, which is too many": () => list(1_000_000, "0"),
};

export async function measureHostile() {
  const env = settings("hostile.db");
  const keys = await createTenants(env, AT_ONCE);
  for (const [name, text] of Object.entries(BODIES)) {
    const params = `{"name":"orders_list","arguments":{"a":${text()}}}`;
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
    const [one, many] = [await peak(env, keys, 1, body), await peak(env, keys, AT_ONCE, body)];
    print(`body of ${name}`, `one: ${told(one)}, ${AT_ONCE} at once: ${told(many)}`);
  }
  await halfHeads(env);
  await firstSignIns();
}

/** Peak memory above what the server had before, in MB, with the replies' statuses. */
async function peak(env, keys, many, body) {
  let result;
  await served(env, async ({ port, pid }) => {
    await Promise.all(keys.map((key) => rpc(port, key, "ping")));
    const before = await resident(pid, "VmHWM");
    const agent = new http.Agent({ keepAlive: false });
    const send = (key) =>
      request(port, {
        path: "/mcp",
        method: "POST",
        headers: {
          Authorization: `Bearer ${key}`,
          "Content-Type": "application/json",
          "Content-Length": body.length,
          "MCP-Protocol-Version": "2025-11-25",
        },
        body,
        through: agent,
      }).then(({ status }) => status, (error) => error.code);
    const statuses = await Promise.all(keys.slice(0, many).map(send));
    result = { above: (await resident(pid, "VmHWM")) - before, statuses };
  });
  return result;
}

function told({ above, statuses }) {
  const kinds = [...new Set(statuses)].map((kind) => `${statuses.filter((status) => status === kind).length} x ${kind}`);
  return `+${above.toFixed(1)} MB (${kinds.join(", ")})`;
}

/** A thousand half heads from one address, and `/health` asked from the same and from another one meanwhile. */
async function halfHeads(env) {
  await served(env, async ({ port, pid }) => {
    const before = await resident(pid);
    const sockets = Array.from({ length: HALF_HEADS }, () => {
      const socket = net.connect({ host: "127.0.0.1", port, localAddress: "127.0.0.2" });
      socket.on("error", () => {});
      socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Padding: ${"x".repeat(60_000)}`);
      return socket;
    });
    const seen = { "127.0.0.2": [], "127.0.0.3": [] };
    let memory = 0;
    const end = performance.now() + WATCHED_MS;
    while (performance.now() < end) {
      for (const [from, answers] of Object.entries(seen)) answers.push(await health(port, from));
      memory = Math.max(memory, await resident(pid));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (const socket of sockets) socket.destroy();
    for (const [from, answers] of Object.entries(seen)) {
      const good = answers.filter(({ status }) => status === 200);
      const slowest = Math.max(...good.map(({ ms }) => ms)).toFixed(0);
      const whose = from === "127.0.0.2" ? "their address" : "another address";
      print(`/health beside ${HALF_HEADS} half heads, from ${whose}`, `${good.length} of ${answers.length}, slowest ${slowest} ms`);
    }
    print("  memory above before", `+${(memory - before).toFixed(1)} MB`);
  });
}

function health(port, localAddress) {
  const began = performance.now();
  return new Promise((resolve) => {
    const call = http.get({ host: "127.0.0.1", port, path: "/health", localAddress, agent: false, timeout: 5_000 }, (reply) => {
      reply.resume();
      reply.on("end", () => resolve({ status: reply.statusCode, ms: performance.now() - began }));
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve({ status: 0, ms: performance.now() - began }));
  });
}

/** As many first sign-ins at once, at the default BCRYPT_COST. */
async function firstSignIns() {
  const env = settings("sign-ins.db", "12");
  const keys = await createTenants(env, AT_ONCE);
  await served(env, async ({ port }) => {
    const agent = new http.Agent({ keepAlive: false });
    const began = performance.now();
    const statuses = await Promise.all(keys.map(async (key) => (await rpc(port, key, "ping", {}, agent)).status));
    const took = ((performance.now() - began) / 1000).toFixed(1);
    const signedIn = statuses.filter((status) => status === 200).length;
    print(`${AT_ONCE} first sign-ins at once`, `${signedIn} signed in, ${AT_ONCE - signedIn} told to come again, all within ${took} s`);
  });
}

function list(many, entry) {
  return `[${Array(many).fill(entry).join(",")}]`;
}
