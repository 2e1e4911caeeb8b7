// Measures what a user would feel of the program's size and start, on this machine, and prints it. Nothing is asserted:
// figures differ from machine to machine, so compare two builds on one machine.
//
//   start to ready      from the start of `serve` on a migrated SQLite file until /health/ready answers 200
//   idle memory         resident set two seconds after that
//   tools/list          bytes of the reply that every client reads first
//   order change        how long an edit made elsewhere could be overwritten: from Order Desk's reply to the last read
//                       until it has the upload. Against the simulator on this machine, so it is our own share; over a
//                       network one round trip comes on top
//   tenant lookup       a wrong key, a key seen before, and a key seen for the first time, with 1 and 10,000 tenants
//
// Tenants are made with BCRYPT_COST=4 so that 10,000 of them do not take an hour; the hash of one first sign-in at the
// default cost is measured apart.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { environment, program, run, start } from "../e2e/lib.mjs";

const STARTS = 20;
const CALLS = 1_000;
const CHANGES = 200;
const FIRST_SIGN_INS = 50;
const TENANTS = 10_000;
const CHEAP = "4";

const folder = await mkdtemp(path.join(tmpdir(), "orderdesk-bench-"));
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
try {
  await main();
} finally {
  agent.destroy();
  await rm(folder, { recursive: true, force: true });
}

async function main() {
  const rootKey = (await run(program, ["keygen"])).trim();
  const settings = (name, cost) => ({
    HOME: folder,
    MCP_KMS_KEY: rootKey,
    DATABASE_URL: `sqlite://${path.join(folder, name)}`,
    BCRYPT_COST: cost,
    LOG_LEVEL: "ERROR",
    RATE_LIMIT_RPM: "1000000",
  });

  print("program", `${((await stat(program)).size / 1e6).toFixed(1)} MB`);

  const one = settings("one.db", CHEAP);
  const [key] = await createTenants(one, 1);
  const starts = [];
  for (let round = 0; round < STARTS; round += 1) {
    const server = await serve(one);
    starts.push(server.ready);
    await server.stop();
  }
  print("start to ready", spread(starts));

  await served(one, async (server) => {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    print("idle memory", `${(await resident(server.pid)).toFixed(1)} MB`);
    const list = await rpc(server.port, key, "tools/list");
    const { tools } = JSON.parse(list.body).result;
    print("tools/list", `${list.body.length} bytes, ${tools.length} tools`);
  });

  print("order change, last read to upload", spread(await windows(settings("orders.db", CHEAP))));

  console.log();
  await lookups("1 tenant", one, [key]);
  const many = settings("many.db", CHEAP);
  await lookups("10,000 tenants", many, await createTenants(many, TENANTS));

  const usual = settings("usual.db", "12");
  const [usualKey] = await createTenants(usual, 1);
  await served(usual, async ({ port }) => {
    print("first sign-in at the default BCRYPT_COST of 12", spread([await timed(() => signIn(port, usualKey))]));
  });
}

/** Changes one order again and again; answers for each change the milliseconds from the last read to the upload. */
async function windows(env) {
  const simulator = await start(["simulator", "--port", "0", "--no-rate-limit", "--output", "json"]);
  try {
    const { url, control_url: control, stores } = simulator.info;
    const budget = { ORDERDESK_BUCKET_SIZE: "1000", ORDERDESK_REFILL_PER_SECOND: "1000", ORDERDESK_HEADROOM: "1" };
    const installed = { ...env, ORDERDESK_API_BASE_URL: url, ...budget };
    const [key] = await createTenants(installed, 1);
    const { store_id: store, api_key: SHOP_API_KEY } = stores[0];
    const add = ["store", "add", "--store-id", store, "--name", "Shop", "--api-key-env", "SHOP_API_KEY"];
    await run(program, add, { env: { ...installed, MCP_MASTER_KEY: key, SHOP_API_KEY }, cwd: folder });
    await served(installed, async ({ port }) => {
      const { orders } = await call(port, key, "orders_list", { limit: 1 });
      for (let change = 0; change < CHANGES; change += 1) {
        const mutation = { shipping: { city: `City ${change}` } };
        await call(port, key, "orders_mutate_full", { order_id: orders[0].id, mutation });
      }
    });
    const { requests } = await (await fetch(`${control}/requests`)).json();
    const uploads = requests.flatMap(({ method }, at) => (method === "PUT" ? [at] : []));
    return uploads.map((at) => requests[at].received_at - requests[at - 1].replied_at);
  } finally {
    await simulator.stop();
  }
}

/** Three ways through authentication. A first sign-in costs one bcrypt, so each key can be measured once per start. */
async function lookups(label, env, keys) {
  const first = [];
  if (keys.length === 1) {
    for (let round = 0; round < FIRST_SIGN_INS / 5; round += 1) {
      await served(env, async ({ port }) => {
        await refused(port, unknownKey(round));
        first.push(await timed(() => signIn(port, keys[0])));
      });
    }
  }
  await served(env, async ({ port }) => {
    await refused(port, unknownKey(0));
    if (keys.length > 1) {
      const step = Math.floor(keys.length / FIRST_SIGN_INS);
      for (let at = 0; at < keys.length; at += step) first.push(await timed(() => signIn(port, keys[at])));
    }
    await signIn(port, keys[0]);
    const known = [];
    for (let call = 0; call < CALLS; call += 1) known.push(await timed(() => signIn(port, keys[0])));
    const wrong = [];
    for (let call = 0; call < CALLS; call += 1) {
      const stranger = unknownKey(call + 1);
      wrong.push(await timed(() => refused(port, stranger)));
    }
    print(`${label}: wrong key`, spread(wrong));
    print(`${label}: key seen before`, spread(known));
    print(`${label}: key seen for the first time (BCRYPT_COST=${CHEAP})`, spread(first));
  });
}

async function createTenants(env, count) {
  const lines = await run(program, ["tenant", "create", "--count", String(count), "--output", "json"], { env, cwd: folder });
  return lines.trim().split("\n").map((line) => JSON.parse(line).master_key);
}

/** Starts `serve` and answers how many milliseconds passed until it was ready. */
async function serve(env) {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(program, ["serve"], {
    cwd: folder,
    env: environment({ ...env, PORT: String(port) }),
    stdio: ["ignore", "ignore", "inherit"],
  });
  const stop = async () => {
    const exit = child.exitCode === null ? once(child, "exit") : undefined;
    child.kill("SIGTERM");
    await exit;
  };
  while (!(await ready(port))) {
    if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}`);
    if (performance.now() - began > 30_000) throw new Error("serve is not ready after 30 s");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return { port, pid: child.pid, ready: performance.now() - began, stop };
}

async function served(env, body) {
  const server = await serve(env);
  try {
    await body(server);
  } finally {
    await server.stop();
  }
}

async function ready(port) {
  try {
    return (await request(port, { path: "/health/ready" })).status === 200;
  } catch (error) {
    if (error.code === "ECONNREFUSED" || error.code === "ECONNRESET") return false;
    throw error;
  }
}

async function signIn(port, key) {
  const { status, body } = await rpc(port, key, "ping");
  if (status !== 200) throw new Error(`signing in was answered with ${status}: ${body}`);
}

async function refused(port, key) {
  const { status } = await rpc(port, key, "ping");
  if (status !== 401) throw new Error(`an unknown key was answered with ${status}`);
}

function unknownKey(number) {
  return `a key that nobody was given ${number}`.replaceAll(" ", "-");
}

/** Calls a tool and answers the envelope's data. */
async function call(port, key, name, args) {
  const { body } = await rpc(port, key, "tools/call", { name, arguments: args });
  const envelope = JSON.parse(body).result?.structuredContent;
  if (envelope?.status !== "success") throw new Error(`${name}: ${body}`);
  return envelope.data;
}

/** One plain JSON-RPC call, as a script would make it. */
function rpc(port, key, method, params = {}) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = {
    Authorization: `Bearer ${key}`,
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2025-11-25",
  };
  return request(port, { path: "/mcp", method: "POST", headers, body });
}

function request(port, { path: target, method = "GET", headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const call = http.request({ host: "127.0.0.1", port, path: target, method, headers, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode, body: text }));
      response.on("error", reject);
    });
    call.setNoDelay(true);
    call.on("error", reject);
    call.end(body);
  });
}

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Resident memory in MB, or NaN where there is no /proc. */
async function resident(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? NaN) / 1024;
}

async function timed(body) {
  const began = performance.now();
  await body();
  return performance.now() - began;
}

function spread(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(2);
  return sorted.length === 1 ? `${at(0)} ms` : `median ${at(0.5)} ms, p95 ${at(0.95)} ms, of ${sorted.length}`;
}

function print(name, value) {
  console.log(`${name.padEnd(62)}${value}`);
}
