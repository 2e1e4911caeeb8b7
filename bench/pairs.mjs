// Two builds side by side: the sections of bench.mjs are run for one and the other in turns, and each figure is printed
// as its median with the smallest and the largest. What a shared machine does in between then meets both alike.
//
//   node bench/pairs.mjs OLD NEW [--rounds 5] [section ...]
//
// OLD and NEW are programs with their `examples/` beside them, as scripts/bench.sh builds them.

import path from "node:path";
import { parseArgs } from "node:util";
import { here, root, run } from "../e2e/lib.mjs";

const NUMBER = /\d[\d,]*(?:\.\d+)?/g;
/** Where bench.mjs begins to print the figures of a line. */
const COLUMN = 62;

const { values, positionals } = parseArgs({ options: { rounds: { type: "string", default: "5" } }, allowPositionals: true });
const [old, current, ...sections] = positionals;
const rounds = Number(values.rounds);
if (!current || !(rounds >= 1)) throw new Error("usage: node bench/pairs.mjs OLD NEW [--rounds 5] [section ...]");

const runs = { old: [], new: [] };
for (let round = 0; round < rounds; round += 1) {
  runs.old.push(await measured(old));
  runs.new.push(await measured(current));
  console.error(`pair ${round + 1} of ${rounds} is measured`);
}
const [before, after] = [summary(runs.old), summary(runs.new)];
// The sections of an older build are fewer lines where it lacks something; then the two are told one after the other.
const alike = before.length === after.length;
if (alike) {
  before.forEach(({ name, told }, at) => print(name, told, after[at].told));
} else {
  for (const [which, lines] of [["old", before], ["new", after]]) {
    console.log(which);
    for (const { name, told } of lines) print(name, told);
  }
}

/** Runs the benchmark for one build; answers its lines. */
async function measured(program) {
  const bench = path.join(root, "bench", "bench.mjs");
  const env = { ...process.env, ORDERDESK_MCP: path.resolve(program) };
  const text = await run(process.execPath, [bench, ...sections], { cwd: here, env });
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** The median and the spread of every number of every line. */
function summary(runs) {
  return runs[0].map((line, at) => {
    const figures = runs.map((lines) => (lines[at] ?? "").slice(COLUMN).match(NUMBER)?.map(number) ?? []);
    let place = 0;
    const told = line.slice(COLUMN).replace(NUMBER, (text) => {
      const sorted = figures.map((round) => round[place]).toSorted((a, b) => a - b);
      place += 1;
      const middle = sorted[Math.floor(sorted.length / 2)];
      return sorted.at(0) === sorted.at(-1) ? text : `${middle} [${sorted.at(0)} to ${sorted.at(-1)}]`;
    });
    return { name: line.slice(0, COLUMN).trimEnd(), told };
  });
}

function number(text) {
  return Number(text.replaceAll(",", ""));
}

function print(name, ...told) {
  console.log([name, ...told.map((text) => `    ${text}`)].filter((line) => line.trim() !== "").join("\n"));
}
