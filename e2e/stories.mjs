// Tells the story with each official client over each transport and in each protocol era, and asks the Inspector for
// its opinion. Started by scripts/e2e.sh, which installs the clients; E2E_PYTHON names the interpreter that has `mcp`.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { tellOfConsole } from "./console.mjs";
import { tellOfDemo } from "./demo.mjs";
import { tellOfKeys } from "./keys.mjs";
import { environment, here, program, run, start, Tally } from "./lib.mjs";
import { tellOfMail } from "./mail.mjs";
import { tellOfPages } from "./oauth/pages.mjs";
import { tellOfOrigins } from "./origins.mjs";
import { tellOfStores } from "./stores.mjs";
import { tellOfTraces } from "./traces.mjs";

const PYTHON = process.env.E2E_PYTHON ?? path.join(here, ".venv", "bin", "python");
const INSPECTOR = path.join(here, "node_modules", ".bin", "mcp-inspector");
const CLIENTS = {
  python: [PYTHON, [path.join(here, "story.py")]],
  typescript: [process.execPath, [path.join(here, "story.mjs")]],
};
const ERAS = ["legacy", "modern"];
/** Where a build that measures coverage leaves what it counted. Clients hand only what they are told to the program. */
const COVERAGE = Object.entries(environment()).filter(([name]) => name === "LLVM_PROFILE_FILE");
const tally = new Tally();

await overHttp();
await overStdio();
await whileOrdersAreRead();
console.log("stories in a browser, against the demo");
await tellOfOrigins(tally);
console.log("the first run of the demo in a browser");
await tellOfDemo(tally);
console.log("the pages of a sign-in in a browser");
await tellOfPages(tally);
console.log("the console in a browser");
await tellOfConsole(tally);
console.log("signing up and in by mail in a browser");
await tellOfMail(tally);
console.log("stores and the dashboard in a browser, against the demo");
await tellOfStores(tally);
console.log("keys, apps, sessions and settings in a browser");
await tellOfKeys(tally);
console.log("the audit log in a browser");
await tellOfTraces(tally);
tally.close();

/** The demo as a stranger starts it. */
async function overHttp() {
  console.log("stories over HTTP, against the demo");
  const demo = await start(["demo", "--output", "json", "--port", "0"]);
  try {
    const { url, master_key, simulator_url, stores } = demo.info;
    const target = { transport: "http", url, master_key, simulator_url, store: stores[0].store_id };
    await tellAll(target);
    await tally.check("python, modern: a changed order is told", async () => {
      await run(PYTHON, [path.join(here, "listening.py")], { env: { E2E_TARGET: JSON.stringify(target) }, cwd: here });
    });
    for (const era of ERAS) {
      const flags = [url, "--transport", "http", "--protocol-era", era, "--header", `Authorization: Bearer ${master_key}`];
      await inspect(`inspector, ${era}`, flags, [], target.store);
    }
  } finally {
    await demo.stop();
  }
}

/** A real installation: key, database, tenant and store made with the commands, then the program over stdio. */
async function overStdio() {
  console.log("stories over stdio, against an installation made with the commands");
  const folder = await mkdtemp(path.join(tmpdir(), "orderdesk-e2e-"));
  const simulator = await start(["simulator", "--output", "json", "--port", "0"]);
  try {
    const { url, stores } = simulator.info;
    const shop = stores[0];
    const env = {
      HOME: folder,
      MCP_KMS_KEY: (await run(program, ["keygen"])).trim(),
      DATABASE_URL: `sqlite://${path.join(folder, "app.db")}`,
      ORDERDESK_API_BASE_URL: url,
      LOG_LEVEL: "WARN",
      ...Object.fromEntries(COVERAGE),
    };
    const tenant = JSON.parse(await run(program, ["tenant", "create", "--output", "json"], { env, cwd: folder }));
    env.MCP_MASTER_KEY = tenant.master_key;
    await run(program, ["store", "add", "--store-id", shop.store_id, "--name", "Shop", "--api-key-env", "SHOP_API_KEY"], {
      env: { ...env, SHOP_API_KEY: shop.api_key },
      cwd: folder,
    });
    const simulator_url = new URL(url).origin;
    const target = { transport: "stdio", command: program, args: [], env, simulator_url, store: shop.store_id };
    await tellAll(target);
    for (const era of ERAS) {
      await tally.check(`python, ${era}: a person is asked`, async () => {
        const told = { E2E_TARGET: JSON.stringify({ ...target, era }) };
        await run(PYTHON, [path.join(here, "asking.py")], { env: told, cwd: here });
      });
    }
    const pairs = (entries) => entries.flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    const told = pairs(Object.entries(env));
    for (const era of ERAS) {
      await inspect(`inspector, ${era}`, [...told, "--protocol-era", era], ["--", program, "stdio"], shop.store_id);
    }
    const demo = [...pairs(COVERAGE), "--protocol-era", "modern"];
    await inspect("inspector, demo --stdio", demo, ["--", program, "demo", "--stdio"], shop.store_id);
  } finally {
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A shop of many orders, which a tenant of its own asks about for the first time over each transport in each era. */
async function whileOrdersAreRead() {
  console.log("how far a first question is, against an installation made with the commands");
  const orders = 2000;
  const folder = await mkdtemp(path.join(tmpdir(), "orderdesk-e2e-"));
  const simulator = await start(["simulator", "--output", "json", "--port", "0", "--orders", String(orders)]);
  let server;
  try {
    const { url, stores } = simulator.info;
    const [shop] = stores;
    const shared = {
      HOME: folder,
      MCP_KMS_KEY: (await run(program, ["keygen"])).trim(),
      DATABASE_URL: `sqlite://${path.join(folder, "app.db")}`,
      ORDERDESK_API_BASE_URL: url,
      LOG_LEVEL: "WARN",
      ...Object.fromEntries(COVERAGE),
    };
    const commands = { cwd: folder, env: shared };
    await run(program, ["migrate"], commands);
    server = await start(["serve", "--port", "0", "--output", "json"], { env: shared, cwd: folder });
    for (const transport of ["stdio", "http"]) {
      for (const era of ERAS) {
        await tally.check(`python, ${transport}, ${era}: how far it is is told`, async () => {
          const { master_key } = JSON.parse(await run(program, ["tenant", "create", "--output", "json"], commands));
          const env = { ...shared, MCP_MASTER_KEY: master_key };
          await run(program, ["store", "add", "--store-id", shop.store_id, "--name", "Shop", "--api-key-env", "SHOP_API_KEY"], {
            env: { ...env, SHOP_API_KEY: shop.api_key },
            cwd: folder,
          });
          const target = { transport, era, store: shop.store_id, orders, url: server.info.url, master_key, command: program, args: [], env };
          await run(PYTHON, [path.join(here, "progress.py")], { env: { E2E_TARGET: JSON.stringify(target) }, cwd: here });
        });
      }
    }
  } finally {
    await server?.stop();
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function tellAll(target) {
  for (const [name, [command, args]] of Object.entries(CLIENTS)) {
    for (const era of ERAS) {
      await tally.check(`${name}, ${era}`, async () => {
        await run(command, args, { env: { E2E_TARGET: JSON.stringify({ ...target, era }) }, cwd: here });
      });
    }
  }
}

/** The schema portability lint over all tools, and one call. */
async function inspect(name, flags, command, store) {
  const inspector = (...rest) => run(process.execPath, [INSPECTOR, "--cli", ...flags, ...rest, "-q", "--format", "json", ...command]);
  await tally.check(`${name}: tools/list --strict`, async () => {
    const { tools } = result(await inspector("--method", "tools/list", "--strict"));
    return `${tools.length} tools`;
  });
  await tally.check(`${name}: orders_list`, async () => {
    const call = ["--method", "tools/call", "--tool-name", "orders_list"];
    const { structuredContent } = result(await inspector(...call, "--tool-args-json", JSON.stringify({ store, limit: 2 })));
    if (structuredContent?.data?.orders?.length !== 2) throw new Error(JSON.stringify(structuredContent));
  });
}

function result(text) {
  const parsed = JSON.parse(text);
  return parsed.result ?? parsed;
}
