// Runs the official MCP conformance suite against the demo, once for each protocol revision.
//
// The suite is meant for SDKs: most scenarios call diagnostic tools a product does not have. `conformance.json` says
// which scenarios apply to us and, check by check, what is excused there. Every other scenario must be listed with the
// reason why it does not apply, so that an updated suite cannot grow unnoticed. Whatever the scenario, each message we
// send must match the protocol's JSON schema (the check `wire-schema-valid`).
//
// The scenarios of authorization servers follow, with a person at the browser (oauth/conformance.mjs).
//
//   node conformance.mjs              start the demo and a server, and test them
//   node conformance.mjs --url URL    test a server that runs already and lets calls without credentials act

import { readFile } from "node:fs/promises";
import path from "node:path";
import { here, start, Tally } from "./lib.mjs";
import { authorization } from "./oauth/conformance.mjs";
import { describe, judge, suite } from "./suite.mjs";

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
    const results = await suite(["server", "--url", url, "--requirements", revision]);
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
// A server that runs already has no key for whoever signs in.
if (demo) await authorization(tally, plan);
tally.close();

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
