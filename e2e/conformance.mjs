// Runs the official MCP conformance suite against the demo, once for each protocol revision.
//
// The suite is meant for SDKs: most scenarios call diagnostic tools a product does not have. `conformance.json` says
// which scenarios apply to us and, check by check, what is excused there. Every other scenario must be listed with the
// reason why it does not apply, so that an updated suite cannot grow unnoticed. Whatever the scenario, each message we
// send must match the protocol's JSON schema (the check `wire-schema-valid`).
//
//   node conformance.mjs              start the demo and test it
//   node conformance.mjs --url URL    test a server that runs already and lets calls without credentials act

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { here, start, Tally } from "./lib.mjs";

const SUITE = path.join(here, "node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js");
const WIRE = "wire-schema-valid";

const plan = JSON.parse(await readFile(path.join(here, "conformance.json"), "utf8"));
const notApplicable = new Set(Object.values(plan.not_applicable).flat());

const given = process.argv.indexOf("--url");
const demo = given < 0 ? await start(["demo", "--open", "--output", "json", "--port", "0"]) : undefined;
const url = demo ? demo.info.url : process.argv[given + 1];
const tally = new Tally();
try {
  for (const [revision, { must_pass: mustPass }] of Object.entries(plan.revisions)) {
    console.log(`conformance ${revision} against ${url}`);
    const results = await scenarios(revision);
    for (const [scenario, excused] of Object.entries(mustPass)) {
      await tally.check(scenario, () => judge(results.get(scenario), excused));
    }
    await tally.check("every message matches the protocol's schema", () => judgeWire(results));
    await tally.check("every scenario of the suite is accounted for", () => {
      const unknown = [...results.keys()].filter((name) => !(name in mustPass) && !notApplicable.has(name));
      if (unknown.length > 0) throw new Error(`not in conformance.json: ${unknown.join(", ")}`);
    });
  }
} finally {
  await demo?.stop();
}
tally.close();

/** Runs all scenarios a revision requires; answers scenario name -> its checks. */
async function scenarios(revision) {
  const out = await mkdtemp(path.join(tmpdir(), "orderdesk-conformance-"));
  try {
    // The exit code is not asked: it is 1 whenever a diagnostic tool is missing.
    const child = spawn(process.execPath, [SUITE, "server", "--url", url, "--requirements", revision, "-o", out], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    await once(child, "exit");
    const results = new Map();
    for (const folder of await readdir(out)) {
      const name = folder.replace(/^server-/, "").replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, "");
      results.set(name, JSON.parse(await readFile(path.join(out, folder, "checks.json"), "utf8")));
    }
    if (results.size === 0) throw new Error(`the conformance suite left no result for ${revision}`);
    return results;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

function judge(checks, excused) {
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

function judgeWire(results) {
  const faults = [];
  let seen = 0;
  for (const [scenario, checks] of results) {
    for (const check of checks.filter(({ id }) => id === WIRE)) {
      seen += 1;
      if (check.status !== "SUCCESS") faults.push(`${scenario}: ${describe(check)}`);
    }
  }
  if (seen === 0) throw new Error(`no scenario reported ${WIRE}`);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return `${seen} scenarios`;
}

function describe({ id, errorMessage, description }) {
  return `${id}: ${errorMessage ?? description ?? "failed"}`;
}
