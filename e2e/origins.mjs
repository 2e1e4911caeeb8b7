// A web page in a real browser: one of an allowed origin lists the tools and calls one; one of another origin gets nothing.

import { once } from "node:events";
import http from "node:http";
import { expect, inChromium } from "./browser.mjs";
import { start } from "./lib.mjs";

/** Two names of this machine that no list of allowed origins has by default. */
const NAMES = { allowed: "pages.example", foreign: "foreign.example" };

/** What runs in the page. It sends what any client sends, and answers what the browser let it see. */
async function visit({ url, key }) {
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
  return {
    stranger: await send("tools/list", {}),
    list: await send("tools/list", {}, bearer),
    call: await send("tools/call", { name: "stores_list", arguments: {} }, bearer),
  };
}

/** Tells both halves of the story to `tally`. */
export async function tellOfOrigins(tally) {
  const pages = http.createServer((_, response) => response.setHeader("Content-Type", "text/html").end("<!doctype html><title>Page</title>"));
  pages.listen(0, "127.0.0.1");
  await once(pages, "listening");
  const { port } = pages.address();
  const env = { ALLOWED_ORIGINS: `http://${NAMES.allowed}:${port}` };
  const demo = await start(["demo", "--output", "json", "--port", "0"], { env });
  const told = { url: demo.info.url, key: demo.info.master_key };
  try {
    await inChromium(
      async (browser) => {
        // What the browser refuses a page it complains about as well.
        const seenBy = (name) =>
          browser.page({ patient: true, permissions: [] }, async (page) => {
            await page.goto(`http://${name}:${port}/`);
            return page.evaluate(visit, told);
          });
        await tally.check("a page of an allowed origin lists the tools and calls one", async () => {
          const { stranger, list, call } = await seenBy(NAMES.allowed);
          expect(stranger.status === 401 && stranger.headers.challenge?.startsWith("Bearer"), stranger);
          expect(list.body?.result?.tools?.length > 10 && list.headers.request_id, list);
          expect(call.body?.result?.structuredContent?.data?.stores?.length === 2, call);
          return `${list.body.result.tools.length} tools`;
        });
        await tally.check("a page of another origin gets nothing", async () => {
          const seen = await seenBy(NAMES.foreign);
          for (const reply of Object.values(seen)) expect(reply.error?.includes("Failed to fetch"), reply);
          return seen.list.error;
        });
      },
      { args: ["--host-resolver-rules=MAP *.example 127.0.0.1"] },
    );
  } finally {
    await demo.stop();
    pages.close();
    pages.closeAllConnections();
  }
}
