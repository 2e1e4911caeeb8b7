// The pictures of the pages in docs/images, made anew from the demo: node e2e/pictures.mjs [FOLDER]. Each page once in light on a
// desktop and once in dark on a phone, as WebP. Prints what each page weighs on the wire and when its first paint was.

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { inChromium, signIn } from "./browser.mjs";
import { root, start } from "./lib.mjs";

const FOLDER = path.resolve(process.argv[2] ?? path.join(root, "docs", "images"));
const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 390, height: 844 } },
];
const QUALITY = 80;

const demo = await start(["demo", "--output", "json", "--port", "0"], { env: { WEBUI_RATE_LIMIT_LOGIN: "1000", ENABLE_WEBUI: "true", ENABLE_PUBLIC_SIGNUP: "true" } });
try {
  const { url, master_key, stores } = demo.info;
  const origin = new URL(url).origin;
  const requestId = await work(url, master_key, stores);
  const client = await register(origin);
  await mkdir(FOLDER, { recursive: true });
  await inChromium(async (browser) => {
    for (const { name, ...options } of LOOKS) {
      const shown = { look: name, origin, master_key, store: stores[0].store_id, requestId, client };
      await browser.page(options, (page, context) => take(page, context, shown));
    }
  });
} finally {
  await demo.stop();
}

/** What an agent might have done, so that the pages have something to show; answers the request id of a change. */
async function work(url, key, stores) {
  let id = 0;
  const call = async (name, args) => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-11-25",
        Authorization: `Bearer ${key}`,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: ++id, method: "tools/call", params: { name, arguments: args } }),
    });
    return { requestId: response.headers.get("x-request-id"), ...(await response.json()).result };
  };
  const [shop] = stores;
  await call("stores_list", {});
  const list = await call("orders_list", { store: shop.store_id, limit: 5 });
  const order = list.structuredContent.data.orders[0];
  await call("orders_get", { store: shop.store_id, order_id: order.id });
  await call("orders_get", { store: shop.store_id, order_id: "1" });
  await call("products_list", { store: shop.store_id, limit: 5 });
  const change = await call("orders_mutate_full", {
    store: shop.store_id,
    order_id: order.id,
    mutation: { shipping: { city: "Leeds" }, shipping_method: "Express" },
  });
  if (change.isError) throw new Error(JSON.stringify(change));
  return change.requestId;
}

/** A client that asks for consent. */
async function register(origin) {
  const response = await fetch(`${origin}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ client_name: "Claude", redirect_uris: ["https://claude.ai/api/mcp/auth_callback"], token_endpoint_auth_method: "none" }),
  });
  const { client_id } = await response.json();
  return client_id;
}

async function take(page, context, { look, origin, master_key, store, requestId, client }) {
  const at = (target) => page.goto(origin + target, { waitUntil: "load" });
  const shot = async (name) => {
    await page.waitForTimeout(300);
    const session = await context.newCDPSession(page);
    const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
    const bytes = Buffer.from(data, "base64");
    await writeFile(path.join(FOLDER, `${name}-${look}.webp`), bytes);
    const { weight, paint } = await page.evaluate(() => ({
      weight: [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce((sum, each) => sum + each.transferSize, 0),
      paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    }));
    const kilobytes = (number) => (number / 1000).toFixed(1);
    console.log(`${name.padEnd(14)} ${look.padEnd(6)} page ${kilobytes(weight)} kB  first paint ${Math.round(paint)} ms  picture ${kilobytes(bytes.length)} kB`);
  };
  await at("/login");
  await shot("login");
  await at("/signup");
  await shot("signup");
  await at("/login");
  await signIn(page, master_key);
  await page.waitForURL(`${origin}/`);
  const pages = {
    dashboard: "/",
    stores: "/stores",
    "store-add": "/stores/new",
    store: `/stores/${store}`,
    traces: "/traces",
    trace: `/traces/${requestId}`,
    keys: "/keys",
    "key-new": "/keys/new",
    "key-rotate": "/keys/rotate",
    apps: "/apps",
    connect: "/connect",
    sessions: "/sessions",
    settings: "/settings",
  };
  for (const [name, target] of Object.entries(pages)) {
    await at(target);
    if (name === "dashboard") await page.getByRole("region", { name: "Queue" }).waitFor();
    await shot(name);
  }
  await at(`/console?store=${store}&tool=orders_list`);
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByRole("heading", { name: "Result" }).waitFor();
  await shot("console");
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: client,
    redirect_uri: "https://claude.ai/api/mcp/auth_callback",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    scope: "stores:read orders:read orders:write",
    resource: `${origin}/mcp`,
  });
  await at(`/authorize?${asked}`);
  if (await page.getByLabel("Master key").count()) {
    await signIn(page, master_key);
    await page.waitForLoadState();
  }
  await shot("consent");
}
