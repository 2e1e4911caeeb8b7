// The conformance suite as a program: runs it and reads what it found.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { here } from "./lib.mjs";

const SUITE = path.join(here, "node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js");
/** What a command puts before the name of a scenario's folder. */
const PREFIX = { server: /^server-/, authorization: /^authorization-server-/ };

/** Runs one command of the suite; answers scenario name -> its checks. `heard` is told each line that it prints. */
export async function suite([command, ...args], heard = () => {}) {
  const out = await mkdtemp(path.join(tmpdir(), "orderdesk-conformance-"));
  try {
    // The exit code is not asked: it is 1 whenever a diagnostic tool is missing.
    const child = spawn(process.execPath, [SUITE, command, ...args, "-o", out], { stdio: ["ignore", "pipe", "inherit"] });
    const exit = once(child, "exit");
    for await (const line of createInterface({ input: child.stdout })) heard(line);
    await exit;
    const results = new Map();
    for (const folder of await readdir(out)) {
      const name = folder.replace(PREFIX[command], "").replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, "");
      results.set(name, JSON.parse(await readFile(path.join(out, folder, "checks.json"), "utf8")));
    }
    if (results.size === 0) throw new Error(`the conformance suite left no result of ${[command, ...args].join(" ")}`);
    return results;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** Whether nothing failed but what is excused, check by check; answers what to say of it. */
export function judge(checks, excused) {
  if (!checks) throw new Error("the suite did not run this scenario");
  const failed = checks.filter((check) => check.status === "FAILURE");
  const faults = failed.filter((check) => !excused.includes(check.id));
  if (faults.length > 0) throw new Error(faults.map(describe).join("\n"));
  const stale = excused.filter((id) => !failed.some((check) => check.id === id));
  if (stale.length > 0) throw new Error(`excused in conformance.json, but no longer failing: ${stale.join(", ")}`);
  const passed = checks.filter((check) => check.status === "SUCCESS").length;
  const warned = checks.filter((check) => check.status === "WARNING").map((check) => check.id);
  return `${passed} checks${warned.length > 0 ? `, warnings: ${warned.join(", ")}` : ""}`;
}

export function describe({ id, errorMessage, description }) {
  return `${id}: ${errorMessage ?? description ?? "failed"}`;
}
