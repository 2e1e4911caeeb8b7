// Loads a server with one request, again and again, by a program that costs little itself.

import path from "node:path";
import { program, root, run } from "../e2e/lib.mjs";

/** For how long, and over how many connections, unless it is said. */
export const SECONDS = 2;
export const USUAL = 16;

const loadProgram = path.join(path.dirname(program), "examples", "load");

/** A JSON-RPC call as a client sends it, for `load`. */
export function post(method, params) {
  return {
    method: "POST",
    path: "/mcp",
    headers: [
      "Content-Type: application/json",
      "Accept: application/json, text/event-stream",
      "MCP-Protocol-Version: 2025-11-25",
    ],
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  };
}

/** Asks a server for as long as is said, over so many connections, and answers what was measured. */
export async function load(port, request, keys, more = {}) {
  const plan = {
    host: `127.0.0.1:${port}`,
    ...request,
    authorizations: keys.map((key) => `Bearer ${key}`),
    status: 200,
    connections: USUAL,
    seconds: SECONDS,
    ...more,
  };
  return JSON.parse(await run(loadProgram, [], { cwd: root, input: JSON.stringify(plan) }));
}
