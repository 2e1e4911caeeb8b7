// Signs in with real clients, the browser's part played by a program, and goes with each from the URL alone to a tool call,
// through one expiry and one refresh, to the next call. What is told of each step was seen on the wire.
//
//   node run.mjs                      the clients of continuous integration
//   node run.mjs --all                all of them: `scripts/e2e.sh clients` installs what they need
//   node run.mjs --only WORD          those whose name holds WORD
//   node run.mjs --json FILE          writes the table there too
//   node run.mjs --server FILE        against a server that runs: FILE is JSON { "url", "master_key", "store" }

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { here as e2e } from "../lib.mjs";
import { CLIENTS } from "./clients.mjs";
import { install } from "./server.mjs";
import { steps, Wire } from "./wire.mjs";

const PERSON = path.join(e2e, "oauth", "person.mjs");
/** Every name under which a client looks for a browser. */
const BROWSERS = ["xdg-open", "open", "firefox", "google-chrome", "chromium", "www-browser", "x-www-browser"];
const LIMIT_MS = 150_000;

const { values: asked } = parseArgs({
  options: { all: { type: "boolean" }, only: { type: "string" }, json: { type: "string" }, server: { type: "string" } },
});
const chosen = CLIENTS.filter(({ name, light }) => (asked.only ? name.includes(asked.only) : asked.all || light));
if (chosen.length === 0) throw new Error(`no client's name holds ${asked.only}`);

const server = asked.server ? JSON.parse(await readFile(asked.server, "utf8")) : await install();
const table = [];
try {
  for (const client of chosen) {
    const row = await tell(client);
    table.push(row);
    console.log(line(row.client, row));
    if (row.fault) console.log(row.fault.replace(/^/gm, "        "));
  }
} finally {
  await server.stop?.();
}
console.log(`\n${line("client", Object.fromEntries(Object.keys(table[0]).map((name) => [name, name])))}`);
for (const row of table) console.log(line(row.client, row));
if (asked.json) await writeFile(asked.json, `${JSON.stringify(table, null, 2)}\n`);
const failed = table.filter(({ fault }) => fault).length;
console.log(`${table.length - failed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;

/** One client's story: its row of the table. `fault` says what went otherwise than it should. */
async function tell(client) {
  const home = await mkdtemp(path.join(tmpdir(), "orderdesk-oauth-"));
  const wire = await Wire.open(server.url, { told: client.told });
  const ends = http.createServer((request, response) => {
    wire.expire(client.wait).then(
      () => response.end(),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  ends.listen(0, "127.0.0.1");
  await once(ends, "listening");
  let fault;
  try {
    const env = await environment(client, home, wire, ends);
    const run = (command, args, extra = {}) =>
      finish(command, args, { cwd: extra.cwd ?? e2e, env: { ...env, ...extra.env } });
    await client.tell({ run, home, url: env.E2E_URL, store: server.store, expire: () => wire.expire(client.wait) });
  } catch (error) {
    const browser = await readFile(path.join(home, "browser.log"), "utf8").catch(() => "");
    fault = `${error.message}\n${browser && `the browser:\n${browser}`}${trail(wire.seen)}`;
  } finally {
    wire.close();
    ends.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
  const seen = steps(wire.seen);
  const missing = Object.keys(seen).filter((step) => !seen[step]);
  if (!fault && missing.length > 0) fault = `not seen: ${missing.join(", ")}\n${trail(wire.seen)}`;
  if (!fault && seen.again !== client.again) fault = `the second call was ${seen.again}, not ${client.again}`;
  return { client: `${client.name} ${client.version}`, ...seen, ...(fault ? { fault } : {}) };
}

/** What a client is started with: nothing of this run's own environment but where programs are. */
async function environment(client, home, wire, ends) {
  const bin = path.join(home, ".browsers");
  const config = path.join(home, ".person.json");
  const browser = path.join(bin, BROWSERS[0]);
  await mkdir(bin);
  await writeFile(config, JSON.stringify({ key: server.master_key, log: path.join(home, "browser.log") }), { mode: 0o600 });
  // A browser does not end with its page: whoever opened it goes on at once.
  await writeFile(browser, `#!/bin/sh\n'${process.execPath}' '${PERSON}' '${config}' "$@" >/dev/null 2>&1 </dev/null &\n`);
  await chmod(browser, 0o755);
  for (const name of BROWSERS.slice(1)) await symlink(browser, path.join(bin, name));
  return {
    PATH: [bin, path.dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(path.delimiter),
    HOME: home,
    TMPDIR: tmpdir(),
    LANG: "C.UTF-8",
    TERM: "dumb",
    BROWSER: browser,
    NO_UPDATE_NOTIFIER: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    E2E_URL: `${wire.origin}/mcp`,
    E2E_STORE: server.store,
    E2E_CLIENT: `${client.name} ${client.version}`,
    E2E_PERSON: JSON.stringify([process.execPath, PERSON, "--stay", config]),
    E2E_EXPIRE: `http://127.0.0.1:${ends.address().port}/`,
  };
}

/** Runs a command to its end, and everything it started with it. */
async function finish(command, args, { cwd, env }) {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part) => (text = (text + part).slice(-6_000)));
  }
  const late = setTimeout(() => process.kill(-child.pid, "SIGKILL"), LIMIT_MS);
  try {
    const [code, signal] = await once(child, "close");
    if (code !== 0) throw new Error(`${[command, ...args].join(" ")} ended with ${signal ?? code}:\n${text}`);
    return text;
  } finally {
    clearTimeout(late);
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // Nothing of it is left.
    }
  }
}

/** The requests of a story that went otherwise, without any secret. */
function trail(seen) {
  const told = seen.map((one) => {
    if (one.mark) return `-- ${one.mark}`;
    const what = one.path === "/token" ? one.form().get("grant_type") : (one.rpc().method ?? "");
    const why = one.status >= 400 ? ` ${one.answer.slice(0, 300)}` : "";
    return `${one.method} ${one.path} ${what} -> ${one.status}${why}`;
  });
  return `on the wire:\n${told.slice(-40).join("\n")}`;
}

function line(name, { discovered, registered, approved, called, expired, refreshed, again }) {
  const cells = [discovered, registered, approved, called, expired, refreshed, again].map((cell) => (cell || "NO").padEnd(11));
  return `${name.padEnd(38)} ${cells.join(" ")}`.trimEnd();
}
