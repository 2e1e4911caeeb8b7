// The log of calls in a real browser, with scripts and without: a call is found by its request id and by words, what it changed is
// looked at, the log is exported and shortened, the list refreshes itself, and axe finds nothing.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { install } from "./oauth/server.mjs";

const CHROMIUM = process.env.E2E_CHROMIUM ?? "chromium";
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const PATIENCE_MS = 15_000;

/** Tells the whole of it to `tally`. */
export async function tellOfTraces(tally) {
  const pictures = process.env.E2E_PICTURES;
  const server = await install({ ENABLE_WEBUI: "true" });
  const executablePath = (await promisify(execFile)("sh", ["-c", `command -v "$0"`, CHROMIUM])).stdout.trim();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  const story = new Story(server, browser, pictures);
  try {
    await tally.check("calls are made", () => story.begin());
    for (const scripts of [true, false]) {
      const how = scripts ? "with scripts" : "without scripts";
      await tally.check(`a call is found by its request id and by words, ${how}`, () => story.find(scripts));
      await tally.check(`what a call changed is shown, ${how}`, () => story.look(scripts));
      await tally.check(`what is shown is exported, ${how}`, () => story.export(scripts));
      await tally.check(`old entries go when it was said twice, ${how}`, () => story.delete(scripts));
    }
    await tally.check("the list refreshes itself, and stands still when it is told to", () => story.refresh());
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [390, 1280]) {
        const how = `${colorScheme}, ${width}`;
        await tally.check(`axe finds nothing, nothing is wider than the page, ${how}`, () => story.audit(colorScheme, width));
      }
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}

class Story {
  #server;
  #browser;
  #pictures;
  #cookies;
  /** Of a change, and of a call that failed. */
  #changed;
  #failed;

  constructor(server, browser, pictures) {
    this.#server = server;
    this.#browser = browser;
    this.#pictures = pictures;
  }

  get #origin() {
    return new URL(this.#server.url).origin;
  }

  /** Calls a tool as an agent does. */
  async #call(name, args) {
    const method = "tools/call";
    const headers = {
      Authorization: `Bearer ${this.#server.master_key}`,
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": "2025-11-25",
    };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { name, arguments: args } });
    const answer = await fetch(this.#server.url, { method: "POST", headers, body });
    const text = await answer.text();
    const line = text.split("\n").find((part) => part.startsWith("data: {"));
    const told = JSON.parse(line ? line.slice("data: ".length) : text);
    expect(told.result, text);
    return { id: /"request_id":"([0-9a-f-]{36})"/.exec(text.replaceAll('\\"', '"'))?.[1], result: told.result };
  }

  async begin() {
    const list = await this.#call("orders_list", { limit: 1, fields: ["id"] });
    const [order] = list.result.structuredContent.data.orders;
    const address = { address_type: "shipping", address: { city: "Bergen" } };
    const changed = await this.#call("orders_update_address", { order_id: order.id, ...address });
    const failed = await this.#call("orders_get", { order_id: "404404404" });
    expect(!changed.result.isError, changed.result);
    expect(failed.result.isError, failed.result);
    this.#changed = { id: changed.id, order: order.id };
    this.#failed = failed.id;
    expect(changed.id && failed.id, "no request ids");
  }

  /** A page of somebody who is signed in. */
  async #page(options, body) {
    const context = await this.#browser.newContext({ acceptDownloads: true, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    try {
      const page = await context.newPage();
      if (this.#cookies) await context.addCookies(this.#cookies);
      await page.goto(`${this.#origin}/traces`);
      if (!this.#cookies) {
        await page.getByLabel("Master key").fill(this.#server.master_key);
        await page.getByRole("button", { name: "Sign in", exact: true }).click();
        this.#cookies = await context.cookies();
      }
      await page.getByRole("heading", { name: "Traces", level: 1 }).waitFor();
      const faults = [];
      page.on("pageerror", (error) => faults.push(String(error)));
      await body(page);
      expect(faults.length === 0, faults);
    } finally {
      await context.close();
    }
  }

  /** Looks for words, as a person does: without scripts the button is needed. */
  async #search(page, words, scripts) {
    await page.getByLabel("Search", { exact: true }).fill(words);
    if (!scripts) await page.getByRole("button", { name: "Filter", exact: true }).click();
  }

  #rows(page) {
    return page.getByRole("table").locator("tbody tr");
  }

  async #only(page, tool) {
    await this.#rows(page).filter({ hasText: tool }).first().waitFor();
    await until(async () => (await this.#rows(page).count()) === 1, "not one row");
  }

  find(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await this.#search(page, this.#failed, javaScriptEnabled);
      await this.#only(page, "orders.get");
      await this.#rows(page).getByText("NOT_FOUND").waitFor();
      await page.getByRole("link", { name: "Clear", exact: true }).click();
      await this.#search(page, "404404404 GET", javaScriptEnabled);
      await this.#only(page, "orders.get");
      await page.getByRole("link", { name: "Clear", exact: true }).click();
      await page.getByLabel("Status", { exact: true }).selectOption("error");
      await page.getByLabel("Tool", { exact: true }).selectOption("orders.get");
      if (!javaScriptEnabled) await page.getByRole("button", { name: "Filter", exact: true }).click();
      await this.#only(page, "orders.get");
      await this.#search(page, "nothing of the kind", javaScriptEnabled);
      await page.getByText("No call is like that.").waitFor();
    });
  }

  look(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await this.#search(page, this.#changed.id, javaScriptEnabled);
      await this.#only(page, "orders.update_address");
      await this.#rows(page).getByRole("link").click();
      await page.getByRole("heading", { name: "orders.update_address", level: 2 }).waitFor();
      const table = page.getByRole("table", { name: `Order ${this.#changed.order}` });
      const row = table.getByRole("row").filter({ hasText: "Bergen" });
      expect((await row.getByRole("cell").count()) === 2, "no before and after");
      const console = page.getByRole("link", { name: "Open orders.update_address in the console" });
      expect(/\/console\?.*tool=orders_update_address/.test(await console.getAttribute("href")), "no way to the console");
      await page.getByRole("link", { name: `All calls about order ${this.#changed.order}` }).click();
      await this.#rows(page).filter({ hasText: "orders.update_address" }).first().waitFor();
    });
  }

  export(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await page.getByLabel("Tool", { exact: true }).selectOption("orders.get");
      for (const [name, read] of [["CSV", (text) => text.trimEnd().split("\r\n").length - 1], ["JSON", (text) => JSON.parse(text).length]]) {
        const coming = page.waitForEvent("download");
        await page.getByRole("button", { name: `Export ${name}`, exact: true }).click();
        const download = await coming;
        const text = await readFile(await download.path(), "utf8");
        expect(download.suggestedFilename() === `audit-log.${name.toLowerCase()}`, download.suggestedFilename());
        expect(read(text) === 1 && text.includes(this.#failed), text);
      }
    });
  }

  delete(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await page.getByRole("button", { name: "Delete old entries", exact: true }).click();
      await page.getByRole("heading", { name: "Delete old entries", level: 1 }).waitFor();
      await page.getByLabel("Delete what is older than (days)").fill("7");
      await page.getByLabel("These entries may go for good").check();
      await page.getByRole("button", { name: "Delete old entries", exact: true }).click();
      await page.getByText("Old entries were deleted.").waitFor();
      await this.#rows(page).filter({ hasText: "orders.update_address" }).first().waitFor();
    });
  }

  refresh() {
    return this.#page({}, async (page) => {
      const before = await this.#rows(page).count();
      await this.#call("stores_list", {});
      await page.getByRole("status").filter({ hasText: "1 new call" }).waitFor();
      expect((await this.#rows(page).count()) > before, "no new row");
      await page.getByLabel("Refresh by itself").uncheck();
      const asked = [];
      page.on("request", (request) => asked.push(request.url()));
      await page.waitForTimeout(6_000);
      expect(asked.length === 0, asked);
    });
  }

  audit(colorScheme, width) {
    return this.#page({ colorScheme, viewport: { width, height: 900 } }, async (page) => {
      const axe = await readFile(AXE, "utf8");
      for (const [name, path] of [["traces", "/traces"], ["trace", `/traces/${this.#changed.id}`], ["delete", "/traces/delete"], ["nothing", "/traces?search=nothing-like-it"]]) {
        await page.goto(`${this.#origin}${path}`);
        if (this.#pictures) await page.screenshot({ path: `${this.#pictures}/${name}-${colorScheme}-${width}.png`, fullPage: true });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(wide <= 0, `${path} is ${wide} pixels wider than the page`);
        await page.evaluate(axe);
        const { violations, passes } = await page.evaluate("axe.run()");
        const found = violations.map(({ id, nodes }) => `${path}: ${id}: ${nodes.map(({ html }) => html).join(" ")}`);
        expect(violations.length === 0 && passes.length > 5, found.join("\n"));
      }
    });
  }
}

async function until(holds, what) {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function expect(holds, told) {
  if (!holds) throw new Error(typeof told === "string" ? told : JSON.stringify(told));
}
