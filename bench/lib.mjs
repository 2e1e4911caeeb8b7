// What the sections of the benchmark share: a folder of their own, the program on it, and how figures are printed.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { environment, program, run, start } from "../e2e/lib.mjs";

/** A bcrypt cost with which 10,000 tenants do not take an hour. */
export const CHEAP = "4";

export const folder = await mkdtemp(path.join(tmpdir(), "orderdesk-bench-"));
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const rootKey = (await run(program, ["keygen"])).trim();

/** Removes everything that was made. */
export async function cleanUp() {
  agent.destroy();
  await rm(folder, { recursive: true, force: true });
}

/** The environment of a server with a database of this name. */
export function settings(name, cost = CHEAP) {
  return {
    HOME: folder,
    MCP_KMS_KEY: rootKey,
    DATABASE_URL: `sqlite://${path.join(folder, name)}`,
    BCRYPT_COST: cost,
    LOG_LEVEL: "ERROR",
    RATE_LIMIT_RPM: "1000000",
  };
}

/** Starts a simulator and gives a tenant with its first store registered; no budget slows the calls down. `more` are settings. */
export async function furnished(name, more = {}) {
  const simulator = await start(["simulator", "--port", "0", "--no-rate-limit", "--output", "json"]);
  try {
    const { url, control_url: control, stores } = simulator.info;
    const budget = { ORDERDESK_BUCKET_SIZE: "10000", ORDERDESK_REFILL_PER_SECOND: "10000", ORDERDESK_HEADROOM: "1" };
    const env = { ...settings(name), ORDERDESK_API_BASE_URL: url, ...budget, ...more };
    const [key] = await createTenants(env, 1);
    const [store] = stores;
    const add = ["store", "add", "--store-id", store.store_id, "--name", "Shop", "--api-key-env", "SHOP_API_KEY"];
    await run(program, add, { env: { ...env, MCP_MASTER_KEY: key, SHOP_API_KEY: store.api_key }, cwd: folder });
    return { simulator, url, control, store, env, key };
  } catch (error) {
    await simulator.stop();
    throw error;
  }
}

export async function createTenants(env, count) {
  const lines = await run(program, ["tenant", "create", "--count", String(count), "--output", "json"], { env, cwd: folder });
  return lines.trim().split("\n").map((line) => JSON.parse(line).master_key);
}

/** So many personal access tokens of the tenant with this key. */
export async function createTokens(env, key, count) {
  const maker = path.join(path.dirname(program), "examples", "tokens");
  const lines = await run(maker, [env.DATABASE_URL, env.MCP_KMS_KEY, key, String(count)], { cwd: folder });
  return lines.trim().split("\n");
}

/** Starts `serve` and answers how many milliseconds passed until it was ready. */
export async function serve(env) {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(program, ["serve"], {
    cwd: folder,
    env: environment({ ...env, PORT: String(port) }),
    // Errors are shown; a line a request is not.
    stdio: ["ignore", "ignore", env.LOG_LEVEL === "ERROR" ? "inherit" : "ignore"],
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

export async function served(env, body) {
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

/** Calls a tool and answers the envelope's data. */
export async function call(port, key, name, args, through) {
  const { body } = await rpc(port, key, "tools/call", { name, arguments: args }, through);
  const envelope = JSON.parse(body).result?.structuredContent;
  if (envelope?.status !== "success") throw new Error(`${name}: ${body}`);
  return envelope.data;
}

/** One plain JSON-RPC call, as a script would make it; through an agent of one connection unless another is given. */
export function rpc(port, key, method, params = {}, through = agent) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = {
    Authorization: `Bearer ${key}`,
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2025-11-25",
  };
  return request(port, { path: "/mcp", method: "POST", headers, body, through });
}

export function request(port, { path: target, method = "GET", headers = {}, body, through = agent }) {
  return new Promise((resolve, reject) => {
    const call = http.request({ host: "127.0.0.1", port, path: target, method, headers, agent: through }, (response) => {
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

export async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Resident memory in MB, now or at its peak (`VmHWM`), or NaN where there is no /proc. */
export async function resident(pid, what = "VmRSS") {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(new RegExp(`^${what}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? NaN) / 1024;
}

/** Processor time that a process has used, in milliseconds, or NaN where there is no /proc. */
export async function processorTime(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [user, system] = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13);
  // Told in ticks, of which Linux has 100 a second on every machine that matters.
  return (Number(user) + Number(system)) * 10;
}

export async function timed(body) {
  const began = performance.now();
  await body();
  return performance.now() - began;
}

export function spread(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(2);
  return sorted.length === 1 ? `${at(0)} ms` : `median ${at(0.5)} ms, p95 ${at(0.95)} ms, of ${sorted.length}`;
}

export function print(name, value) {
  console.log(`${name.padEnd(62)}${value}`);
}
