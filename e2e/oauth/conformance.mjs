// The suite's scenarios of authorization servers. It asks for a person at a browser, prints the address to open and listens
// for the answer on a port that the client it is given was registered with.

import { install } from "./server.mjs";
import { freePort } from "./clients.mjs";
import { approve, follow } from "./person.mjs";
import { describe, judge, suite } from "../suite.mjs";

/** Tells how each scenario went, once for each protocol revision. */
export async function authorization(tally, { revisions, authorization: plan }) {
  // The document's flag for client id metadata is a warning where it is missing, and off where no name is public.
  const server = await install({ OAUTH_CLIENT_METADATA: "on" });
  try {
    for (const revision of Object.keys(revisions)) {
      console.log(`conformance of the authorization server, ${revision}`);
      const results = await scenarios(server, revision);
      for (const [scenario, excused] of Object.entries(plan.must_pass)) {
        await tally.check(scenario, () => {
          const warned = (results.get(scenario) ?? []).filter(({ status }) => status !== "SUCCESS" && status !== "FAILURE");
          if (warned.length > 0) throw new Error(warned.map(describe).join("\n"));
          return judge(results.get(scenario), excused);
        });
      }
      await tally.check("every scenario of the suite is accounted for", () => {
        const unknown = [...results.keys()].filter((name) => !(name in plan.must_pass));
        if (unknown.length > 0) throw new Error(`not in conformance.json: ${unknown.join(", ")}`);
      });
    }
  } finally {
    await server.stop();
  }
}

async function scenarios({ url, master_key: key }, revision) {
  const { origin } = new URL(url);
  const port = await freePort();
  const body = JSON.stringify({ client_name: "conformance", redirect_uris: [`http://127.0.0.1:${port}/callback`] });
  const headers = { "Content-Type": "application/json" };
  const registered = await fetch(`${origin}/register`, { method: "POST", headers, body });
  if (registered.status !== 201) throw new Error(`/register answered ${registered.status}: ${await registered.text()}`);
  const { client_id: id } = await registered.json();
  let fault;
  let visit;
  const args = ["--url", origin, "--client-id", id, "--resource", url, "--port", String(port), "--spec-version", revision];
  const results = await suite(["authorization", ...args], (line) => {
    if (!line.trim().startsWith(`${origin}/authorize?`)) return;
    visit = approve(line.trim(), { key })
      .then(({ back }) => follow(back))
      // Else the suite waits for minutes.
      .catch((error) => ((fault = error), follow(`http://127.0.0.1:${port}/callback?error=nobody`)));
  });
  await visit;
  if (fault) throw fault;
  return results;
}
