// Measures what a user would feel of the program, on this machine, and prints it. Nothing is asserted: figures differ
// from machine to machine, so compare two builds on one machine, and ratios rather than figures.
//
//   throughput   a cached read against a bare handler of the protocol library, an uncached one, a flood of wrong keys
//   upstream     calls for a change and a walk, the share of Order Desk's budget that is used, what an urgent read
//                waits, and the time between the last read of an order and its upload
//   bounds       replies of 200 MB, of 100,000 levels, and one that drips: time and peak memory until they are refused
//   hostile      peak memory for the worst bodies, one and 24 at once; /health beside 1,000 half heads; 24 first sign-ins
//   memory       memory after 100,000 calls of 1,000 tenants, with a full cache
//   mirror       questions about many orders on a copy of 100,000: their time, what opening a copy takes, and its memory
//   replicas     cached reads of three replicas with Redis against one process with its own cache (needs both servers)
//   program      size, start, idle memory, tools/list, tenant lookup with 1 and 10,000 tenants
//
// `scripts/bench.sh throughput bounds` measures only these.

import path from "node:path";
import { program, run } from "../e2e/lib.mjs";
import { measureBounds } from "./bounds.mjs";
import { cleanUp } from "./lib.mjs";
import { measureHostile } from "./hostile.mjs";
import { measureMemory } from "./memory.mjs";
import { measureProgram } from "./program.mjs";
import { measureReplicas } from "./replicas.mjs";
import { measureThroughput } from "./throughput.mjs";

const SECTIONS = {
  throughput: measureThroughput,
  upstream: () => measureExample("upstream"),
  bounds: measureBounds,
  hostile: measureHostile,
  memory: measureMemory,
  mirror: () => measureExample("mirror"),
  replicas: measureReplicas,
  program: measureProgram,
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in SECTIONS));
if (unknown.length > 0) throw new Error(`no such section: ${unknown}; there are ${Object.keys(SECTIONS)}`);
try {
  for (const [name, measure] of Object.entries(SECTIONS)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    console.log(`\n${name}`);
    await measure();
  }
} finally {
  await cleanUp();
}

/** Measured on the engine itself, by a program of its own. */
async function measureExample(name) {
  process.stdout.write(await run(path.join(path.dirname(program), "examples", name), []));
}
