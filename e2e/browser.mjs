// A web page in a real browser: one of an allowed origin lists the tools and calls one; one of another origin gets nothing.
// The page tells what it saw to the little server that it came from.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { start } from "./lib.mjs";

const CHROMIUM = process.env.E2E_CHROMIUM ?? "chromium";
/** Two names of this machine that no list of allowed origins has by default. */
const NAMES = { allowed: "pages.example", foreign: "foreign.example" };
const LIMIT_MS = 60_000;
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP *.example 127.0.0.1",
];

/** What runs in the page. It sends what any client sends, and says what the browser let it see. */
async function visit(url, key) {
  const send = async (method, params, authorization) => {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json, text/event-stream",
          "MCP-Protocol-Version": "2025-11-25",
          ...(authorization ? { Authorization: authorization } : {}),
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      });
      const shown = (name) => response.headers.get(name);
      const headers = { request_id: shown("x-request-id"), challenge: shown("www-authenticate") };
      return { status: response.status, headers, body: await response.json() };
    } catch (error) {
      return { error: String(error) };
    }
  };
  const bearer = `Bearer ${key}`;
  const seen = {
    stranger: await send("tools/list", {}),
    list: await send("tools/list", {}, bearer),
    call: await send("tools/call", { name: "stores_list", arguments: {} }, bearer),
  };
  await fetch("/seen", { method: "POST", body: JSON.stringify(seen) });
}

/** Tells both halves of the story to `tally`. */
export async function tellInBrowser(tally) {
  const pages = http.createServer().listen(0, "127.0.0.1");
  await once(pages, "listening");
  const { port } = pages.address();
  const env = { ALLOWED_ORIGINS: `http://${NAMES.allowed}:${port}` };
  const demo = await start(["demo", "--output", "json", "--port", "0"], { env });
  try {
    await tally.check("a page of an allowed origin lists the tools and calls one", async () => {
      const { stranger, list, call } = await seenBy(pages, NAMES.allowed, demo.info);
      expect(stranger.status === 401 && stranger.headers.challenge?.startsWith("Bearer"), stranger);
      expect(list.body?.result?.tools?.length > 10 && list.headers.request_id, list);
      expect(call.body?.result?.structuredContent?.data?.stores?.length === 2, call);
      return `${list.body.result.tools.length} tools`;
    });
    await tally.check("a page of another origin gets nothing", async () => {
      const seen = await seenBy(pages, NAMES.foreign, demo.info);
      for (const reply of Object.values(seen)) expect(reply.error?.includes("Failed to fetch"), reply);
      return seen.list.error;
    });
  } finally {
    await demo.stop();
    pages.close();
    pages.closeAllConnections();
  }
}

/** Opens the page under one of its names and answers what it saw. */
async function seenBy(pages, name, { url, master_key: key }) {
  const page = `<!doctype html><script>(${visit})(${JSON.stringify(url)}, ${JSON.stringify(key)})</script>`;
  const seen = new Promise((resolve) => {
    pages.removeAllListeners("request").on("request", (request, response) => {
      if (request.url !== "/seen") return response.setHeader("Content-Type", "text/html").end(page);
      let text = "";
      request.setEncoding("utf8").on("data", (part) => (text += part));
      request.on("end", () => (response.end(), resolve(JSON.parse(text))));
    });
  });
  const profile = await mkdtemp(path.join(tmpdir(), "orderdesk-browser-"));
  const address = `http://${name}:${pages.address().port}/`;
  const browser = spawn(CHROMIUM, [...FLAGS, `--user-data-dir=${profile}`, "--remote-debugging-port=0", address], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  browser.stderr.setEncoding("utf8").on("data", (text) => (log = (log + text).slice(-5_000)));
  const exit = once(browser, "exit");
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the page said nothing:\n${log}`)), LIMIT_MS);
  });
  try {
    return await Promise.race([seen, late, exit.then(() => Promise.reject(new Error(`the browser ended:\n${log}`)))]);
  } finally {
    clearTimeout(timer);
    browser.kill("SIGKILL");
    await exit.catch(() => {});
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function expect(condition, seen) {
  if (!condition) throw new Error(`unexpected: ${JSON.stringify(seen)}`);
}
