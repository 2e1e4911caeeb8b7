// What the runners share: where the program is, how it is started and stopped, and how results are counted.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import path from "node:path";

export const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.dirname(here);

/** The program under test; `ORDERDESK_MCP` names another build. */
export const program = process.env.ORDERDESK_MCP ?? path.join(root, "target", "debug", "orderdesk-mcp");

/** How long the program may take until it has printed where it listens. */
const START_LIMIT_MS = 30_000;

/** What a user's shell would hand down, and nothing that happens to be set for this test run. */
export function environment(extra = {}) {
  const kept = ["PATH", "HOME", "TMPDIR", "LLVM_PROFILE_FILE"].filter((name) => name in process.env);
  return { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), ...extra };
}

/**
 * Starts a command that keeps running (`demo`, `simulator`, `serve`) and reads the JSON line it prints once it is ready.
 * Standard error is kept and shown only when something fails.
 */
export async function start(args, { env = {}, cwd = root, command = program } = {}) {
  const child = spawn(command, args, { cwd, env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (log = (log + text).slice(-20_000)));
  const ended = once(child, "exit").then(([code, signal]) => {
    throw new Error(`${args.join(" ")} ended before it was ready (${signal ?? code}):\n${log}`);
  });
  ended.catch(() => {});
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith("{")) return JSON.parse(line);
    }
    return ended;
  })();
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${args.join(" ")} was not ready in time:\n${log}`)), START_LIMIT_MS);
  });
  try {
    const info = await Promise.race([ready, ended, limit]);
    child.stdout.resume();
    return { info, pid: child.pid, log: () => log, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  const [code] = await exit;
  clearTimeout(timer);
  return code;
}

/** Runs a command to its end; throws with its output unless it exits with `expected`. */
export async function run(command, args, { env = {}, cwd = root, expected = 0, input } = {}) {
  const child = spawn(command, args, { cwd, env: environment(env), stdio: [input ? "pipe" : "ignore", "pipe", "pipe"] });
  if (input) child.stdin.end(input);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const [code] = await once(child, "close");
  if (code !== expected) throw new Error(`${command} ${args.join(" ")} exited with ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** Calls a tool as an agent does, at { url, master_key }: its result, and the id of its request. */
export async function callTool({ url, master_key: key }, name, args) {
  const headers = {
    Authorization: `Bearer ${key}`,
    "Content-Type": "application/json",
    Accept: "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-11-25",
  };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } });
  const answer = await fetch(url, { method: "POST", headers, body });
  const text = await answer.text();
  const line = text.split("\n").find((part) => part.startsWith("data: {"));
  const told = JSON.parse(line ? line.slice("data: ".length) : text);
  if (!told.result) throw new Error(text);
  return { id: /"request_id":"([0-9a-f-]{36})"/.exec(text.replaceAll('\\"', '"'))?.[1], result: told.result };
}

/** Counts named checks and ends with one closing line. */
export class Tally {
  #passed = 0;
  #failed = 0;

  async check(name, body) {
    const began = performance.now();
    try {
      const note = await body();
      this.#passed += 1;
      console.log(`  ok    ${name}${note ? ` (${note})` : ""}  ${Math.round(performance.now() - began)} ms`);
    } catch (error) {
      this.#failed += 1;
      console.log(`  FAIL  ${name}\n${String(error?.stack ?? error).replace(/^/gm, "        ")}`);
    }
  }

  close() {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    if (this.#failed > 0 || this.#passed === 0) process.exitCode = 1;
  }
}
