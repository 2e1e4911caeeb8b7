// Stores and the dashboard in a real browser, with scripts and without: a store is registered, tried, changed and deleted, the
// demo's link lets a newcomer in once, and axe finds nothing.

import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { start } from "./lib.mjs";

const CHROMIUM = process.env.E2E_CHROMIUM ?? "chromium";
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const PATIENCE_MS = 15_000;
/** Where pictures of the pages go, when somebody wants to look at them. */
const PICTURES = process.env.E2E_PICTURES;

/** Tells the whole of it to `tally`. */
export async function tellOfStores(tally) {
  const demo = await start(["demo", "--output", "json", "--port", "0"], { env: { WEBUI_RATE_LIMIT_LOGIN: "1000" } });
  const executablePath = (await promisify(execFile)("sh", ["-c", `command -v "$0"`, CHROMIUM])).stdout.trim();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  const story = new Story(demo.info, browser);
  try {
    await tally.check("the demo's link lets a newcomer in, once", () => story.arrive());
    for (const scripts of [true, false]) {
      const how = scripts ? "with scripts" : "without scripts";
      await tally.check(`a store is deleted, registered, tried and changed, ${how}`, () => story.keep(scripts));
      await tally.check(`a refused key is told, and what was typed stays, ${how}`, () => story.mistype(scripts));
    }
    await tally.check("the dashboard takes in what happens, and can be paused", () => story.watch());
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [390, 1280]) {
        await tally.check(`axe finds nothing, nothing is wider than the page, ${colorScheme}, ${width}`, () => story.audit(colorScheme, width));
      }
    }
  } finally {
    await browser.close();
    await demo.stop();
  }
}

class Story {
  #demo;
  #browser;
  #cookies;

  constructor(demo, browser) {
    this.#demo = demo;
    this.#browser = browser;
  }

  get #origin() {
    return new URL(this.#demo.url).origin;
  }

  async #page(options, body, cookies = this.#cookies) {
    const context = await this.#browser.newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    try {
      if (cookies) await context.addCookies(cookies);
      const page = await context.newPage();
      const faults = [];
      page.on("console", (message) => message.type() === "error" && !/status of 4\d\d/.test(message.text()) && faults.push(message.text()));
      page.on("pageerror", (error) => faults.push(String(error)));
      const told = await body(page, context);
      expect(faults.length === 0, faults);
      return told;
    } finally {
      await context.close();
    }
  }

  async arrive() {
    await this.#page({}, async (page, context) => {
      await page.goto(this.#demo.pages_url);
      await page.getByRole("heading", { name: "Dashboard", level: 1 }).waitFor();
      expect(page.url() === `${this.#origin}/`, page.url());
      await page.getByRole("heading", { name: "Latest orders" }).waitFor();
      this.#cookies = await context.cookies();
    });
    await this.#page({}, async (page) => {
      const answer = await page.goto(this.#demo.pages_url);
      expect(answer.status() === 404, answer.status());
      await page.goto(this.#origin);
      await page.getByRole("link", { name: "Sign in", exact: true }).click();
      await page.getByLabel("Master key").waitFor();
    }, []);
  }

  async #fill(page, fields) {
    for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
  }

  #press(page, name) {
    return page.getByRole("button", { name, exact: true }).click();
  }

  keep(javaScriptEnabled) {
    const [, shop] = this.#demo.stores;
    return this.#page({ javaScriptEnabled }, async (page) => {
      await page.goto(`${this.#origin}/stores`);
      await page.getByRole("link", { name: shop.store_name, exact: true }).click();
      await page.getByRole("heading", { name: shop.store_name, level: 1 }).waitFor();
      await this.#fill(page, { [`Type ${shop.store_name} to confirm`]: "something else" });
      await this.#press(page, "Delete store");
      await page.getByRole("alert").waitFor();
      await this.#fill(page, { [`Type ${shop.store_name} to confirm`]: shop.store_name });
      await this.#press(page, "Delete store");
      await page.getByText("Deleted.").waitFor();
      expect((await page.getByRole("link", { name: shop.store_name }).count()) === 0, "it is still there");

      await page.getByRole("link", { name: "Add a store", exact: true }).click();
      await this.#fill(page, { "Store ID": shop.store_id, "API key": shop.api_key, Name: "Second shop", Label: "of the story" });
      await this.#press(page, "Save");
      await page.getByText("Added.").waitFor();
      await page.getByRole("link", { name: "Second shop", exact: true }).click();
      await this.#press(page, "Test connection");
      await page.getByText("The connection works.").waitFor();
      await this.#fill(page, { Name: shop.store_name });
      await this.#press(page, "Save");
      await page.getByText("Saved.").waitFor();
      await page.getByRole("heading", { name: shop.store_name, level: 1 }).waitFor();
      expect(!(await page.content()).includes(shop.api_key), "the key stands in the page");
    });
  }

  mistype(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await page.goto(`${this.#origin}/stores/new`);
      await this.#fill(page, { "Store ID": "shop", "API key": "not-the-key", Name: "Third shop" });
      await this.#press(page, "Save");
      const alert = page.getByRole("alert");
      await alert.waitFor();
      if (javaScriptEnabled) expect(await alert.evaluate((element) => element === document.activeElement), "the summary has no focus");
      expect((await page.getByLabel("Name", { exact: true }).inputValue()) === "Third shop", "what was typed is gone");
      expect((await page.getByLabel("API key", { exact: true }).inputValue()) === "", "the key came back");
      expect((await page.getByLabel("Store ID", { exact: true }).getAttribute("aria-invalid")) === "true", "the field is not marked");
    });
  }

  watch() {
    return this.#page({}, async (page) => {
      await page.goto(this.#origin);
      const calls = page.getByRole("region", { name: "Recent calls" });
      await calls.waitFor();
      const params = { name: "store_get_settings", arguments: { store: this.#demo.stores[0].store_id } };
      const headers = { Authorization: `Bearer ${this.#demo.master_key}`, "Content-Type": "application/json", Accept: "application/json, text/event-stream" };
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
      const answer = await fetch(this.#demo.url, { method: "POST", headers: { ...headers, "MCP-Protocol-Version": "2025-11-25" }, body });
      expect(answer.status === 200, answer.status);
      await calls.getByText("store.get_settings").first().waitFor();
      await page.getByRole("link", { name: "Pause", exact: true }).click();
      await page.getByRole("link", { name: "Update by itself" }).waitFor();
    });
  }

  async audit(colorScheme, width) {
    const axe = await readFile(AXE, "utf8");
    const store = `/stores/${this.#demo.stores[0].store_id}`;
    await this.#page({ colorScheme, viewport: { width, height: 900 } }, async (page) => {
      const judge = async (name) => {
        await page.evaluate(axe);
        const { violations, passes } = await page.evaluate("axe.run()");
        const told = violations.map(({ id, help, nodes }) => `${name}: ${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`);
        expect(violations.length === 0 && passes.length > 5, told.join("\n"));
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(over <= 0, `${name} is ${over} pixels wider than the screen`);
        if (PICTURES) {
          await mkdir(PICTURES, { recursive: true });
          await page.screenshot({ path: path.join(PICTURES, `${name}-${colorScheme}-${width}.png`), fullPage: true });
        }
      };
      for (const [name, address] of [["dashboard", "/"], ["stores", "/stores"], ["store-new", "/stores/new"], ["store", store]]) {
        await page.goto(`${this.#origin}${address}`);
        await judge(name);
      }
      await page.goto(`${this.#origin}/stores/new`);
      await this.#fill(page, { "Store ID": "shop", "API key": "x" });
      await this.#press(page, "Save");
      await page.getByRole("alert").waitFor();
      await judge("store-new-refused");
    });
    await this.#page({ colorScheme, viewport: { width, height: 900 } }, async (page) => {
      await page.goto(this.#demo.pages_url);
      await page.evaluate(axe);
      const { violations } = await page.evaluate("axe.run()");
      expect(violations.length === 0, violations.map(({ help }) => help));
    }, []);
  }
}

function expect(condition, seen) {
  if (!condition) throw new Error(`unexpected: ${typeof seen === "string" ? seen : JSON.stringify(seen)}`);
}
