// The console in a real browser, with scripts and without: a tool is run and paged through, its command is copied and run by bash,
// what cannot be taken back is asked about, arguments are kept, and axe finds nothing.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { run } from "./lib.mjs";
import { install } from "./oauth/server.mjs";

const CHROMIUM = process.env.E2E_CHROMIUM ?? "chromium";
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const PATIENCE_MS = 10_000;
/** What a shell must not touch. */
const HOSTILE = "it's $(touch /tmp/planted) `x` !! \"quoted\"\nsecond line";

/** Tells the whole of it to `tally`. */
export async function tellOfConsole(tally) {
  const server = await install({ ENABLE_WEBUI: "true", WEBUI_RATE_LIMIT_API_CONSOLE: "1000" });
  const executablePath = (await promisify(execFile)("sh", ["-c", `command -v "$0"`, CHROMIUM])).stdout.trim();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  const story = new Story(server, browser);
  try {
    for (const scripts of [true, false]) {
      const how = scripts ? "with scripts" : "without scripts";
      await tally.check(`a list is run and paged through, ${how}`, () => story.page(scripts));
      await tally.check(`the same arguments as fields and as JSON, ${how}`, () => story.write(scripts));
      await tally.check(`what is wrong stands beside its field, ${how}`, () => story.mistype(scripts));
      await tally.check(`an order is deleted once the effects were agreed to, ${how}`, () => story.delete(scripts));
      await tally.check(`arguments are kept, opened and taken away, ${how}`, () => story.keep(scripts));
    }
    await tally.check("the copied command does what was done, whatever the arguments hold", () => story.copy());
    await tally.check("a long reply is copied whole, also where no script may copy", () => story.copyAll());
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [390, 1280]) {
        await tally.check(`axe finds nothing, nothing is wider than the page, ${colorScheme}, ${width}`, () => story.audit(colorScheme, width));
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
  #cookies;

  constructor(server, browser) {
    this.#server = server;
    this.#browser = browser;
  }

  get #origin() {
    return new URL(this.#server.url).origin;
  }

  /** A page of somebody who is signed in. */
  async #page(options, body) {
    const context = await this.#browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    try {
      const page = await context.newPage();
      if (this.#cookies) {
        await context.addCookies(this.#cookies);
      } else {
        await page.goto(`${this.#origin}/console`);
        await page.getByLabel("Master key").fill(this.#server.master_key);
        await page.getByRole("button", { name: "Sign in", exact: true }).click();
        await page.getByRole("heading", { name: "Console", level: 1 }).waitFor();
        this.#cookies = await context.cookies();
      }
      const faults = [];
      page.on("console", (message) => message.type() === "error" && !/status of 4\d\d/.test(message.text()) && faults.push(message.text()));
      page.on("pageerror", (error) => faults.push(String(error)));
      const told = await body(page);
      expect(faults.length === 0, faults);
      return told;
    } finally {
      await context.close();
    }
  }

  /** Opens the console at a tool, as a person gets there. */
  async #choose(page, tool, scripts) {
    await page.goto(`${this.#origin}/console`);
    await page.getByRole("heading", { name: "Console", level: 1 }).waitFor();
    expect((await page.getByLabel("Store", { exact: true }).inputValue()) === this.#server.store, "the only store is not chosen");
    await page.getByLabel("Tool", { exact: true }).selectOption(tool);
    if (!scripts) await page.getByRole("button", { name: "Choose", exact: true }).click();
    await page.waitForURL(/tool=/);
    expect(await page.getByRole("button", { name: "Choose", exact: true }).isVisible() !== scripts, "Choose");
  }

  async #run(page, status) {
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await this.#result(page, status);
  }

  async #result(page, status) {
    const result = page.getByRole("region", { name: "Result" });
    await result.getByText(status, { exact: true }).waitFor();
    expect(/\d+ ms/.test(await result.textContent()), "no duration");
    const link = result.getByRole("link").first();
    expect(/\/traces\/[0-9a-f-]{36}$/.test(await link.getAttribute("href")), "no request id");
  }

  async #reply(page) {
    return JSON.parse(await page.locator("#reply").textContent());
  }

  page(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await this.#choose(page, "orders_list", javaScriptEnabled);
      await page.getByLabel("limit", { exact: true }).fill("2");
      await page.getByLabel("fields", { exact: true }).fill("id\nemail");
      // The Enter key runs it as well.
      await page.getByLabel("limit", { exact: true }).press("Enter");
      await this.#result(page, "success");
      const first = await this.#reply(page);
      expect(first.data.orders.length === 2 && first.data.orders[0].id, first);
      await page.getByRole("button", { name: "Next page", exact: true }).click();
      await page.waitForFunction(() => document.querySelector("[name='arg.offset']")?.value === "2").catch(() => {});
      await this.#result(page, "success");
      const second = await this.#reply(page);
      expect(second.page.offset === 2 && second.data.orders[0].id !== first.data.orders[0].id, second);
      expect((await page.getByLabel("limit", { exact: true }).inputValue()) === "2", "what was typed is gone");
    });
  }

  write(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await this.#choose(page, "orders_list", javaScriptEnabled);
      await page.getByLabel("limit", { exact: true }).fill("3");
      await page.getByRole("tab", { name: "JSON" }).click();
      const editor = page.getByLabel("Arguments as JSON");
      expect(JSON.parse(await editor.inputValue()).limit === 3, await editor.inputValue());
      await editor.fill('{"limit": 1, "fields": ["id"]}');
      await this.#run(page, "success");
      expect((await this.#reply(page)).data.orders.length === 1, "another limit");
      await page.getByRole("tab", { name: "Form" }).click();
      await page.getByLabel("fields", { exact: true }).waitFor();
      expect((await page.getByLabel("fields", { exact: true }).inputValue()) === "id", "the fields are lost");
    });
  }

  mistype(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await this.#choose(page, "orders_list", javaScriptEnabled);
      await page.getByLabel("limit", { exact: true }).fill("9999");
      await this.#run(page, "VALIDATION_ERROR");
      const limit = page.getByLabel("limit", { exact: true });
      expect((await limit.inputValue()) === "9999" && (await limit.getAttribute("aria-invalid")) === "true", "not kept, or not marked");
      const summary = page.getByRole("alert");
      await summary.getByText("limit must be at most 500.").waitFor();
      if (javaScriptEnabled) expect(await summary.evaluate((element) => element === document.activeElement), "the summary has not the focus");
    });
  }

  async #anOrder(page, scripts) {
    await this.#choose(page, "orders_list", scripts);
    await page.getByLabel("limit", { exact: true }).fill("1");
    await this.#run(page, "success");
    return (await this.#reply(page)).data.orders[0].id;
  }

  delete(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      const order = await this.#anOrder(page, javaScriptEnabled);
      await this.#choose(page, "orders_delete", javaScriptEnabled);
      await page.getByLabel("order id", { exact: true }).fill(order);
      await page.getByRole("switch", { name: "Dry run" }).check();
      await this.#run(page, "success");
      await page.getByRole("switch", { name: "Dry run" }).uncheck();
      await this.#run(page, "CONFIRMATION_REQUIRED");
      const goOn = page.getByRole("button", { name: "Go on", exact: true });
      if (javaScriptEnabled) expect(await goOn.isDisabled(), "without a tick");
      await page.getByLabel("I agree to this").check();
      await goOn.click();
      await this.#result(page, "success");
      await this.#run(page, "NOT_FOUND");
    });
  }

  keep(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await this.#choose(page, "orders_list", javaScriptEnabled);
      await page.getByLabel("limit", { exact: true }).fill("4");
      await page.getByLabel("Template name").fill("Four <b>orders</b>");
      await page.getByRole("button", { name: "Save as template" }).click();
      await page.getByText("Saved.", { exact: true }).waitFor();
      await page.goto(`${this.#origin}/console`);
      await page.getByRole("link", { name: "Four <b>orders</b>", exact: true }).click();
      await page.getByLabel("limit", { exact: true }).waitFor();
      expect((await page.getByLabel("limit", { exact: true }).inputValue()) === "4", "another limit");
      await page.getByRole("button", { name: "Delete Four <b>orders</b>" }).click();
      await page.getByText("Deleted.", { exact: true }).waitFor();
      expect((await page.getByRole("link", { name: "Four <b>orders</b>" }).count()) === 0, "still there");
    });
  }

  copy() {
    return this.#page({}, async (page) => {
      const order = await this.#anOrder(page, true);
      await this.#choose(page, "orders_add_note", true);
      await page.getByLabel("order id", { exact: true }).fill(order);
      await page.getByLabel("content", { exact: true }).fill(HOSTILE);
      await page.getByRole("switch", { name: "Dry run" }).check();
      await this.#run(page, "success");
      const copied = async (button) => {
        await page.getByRole("button", { name: button, exact: true }).click();
        return page.evaluate(() => navigator.clipboard.readText());
      };
      const command = await copied("Copy as cURL");
      expect(command.includes("Authorization: Bearer PLACEHOLDER") && !command.includes(this.#server.master_key), command);
      const told = JSON.parse(await run("bash", ["-c", command.replace("PLACEHOLDER", this.#server.master_key)]));
      expect(told.result?.structuredContent?.status === "success", told);
      const call = JSON.parse(await copied("Copy as MCP call"));
      expect(call.params.arguments.content === HOSTILE && call.params.arguments.dry_run === true, call);
      const reply = JSON.parse(await copied("Copy result"));
      expect(reply.status === "success" && reply.request_id, reply);
    });
  }

  /** A long reply is copied whole, also where no script may copy: at an address without https. */
  async copyAll() {
    await this.#page({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await page.goto(`${this.#origin}/console`);
      await this.#choose(page, "orders_list", true);
      await page.getByLabel("limit", { exact: true }).fill("40");
      await this.#run(page, "success");
      await page.getByText("Only the beginning is shown.").waitFor();
      const copy = page.getByRole("button", { name: "Copy result", exact: true });
      await copy.click();
      const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
      expect(copied.data.orders.length > 5 && copied.request_id, copied);
      await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error("not here")); });
      await copy.click();
      await page.getByText("Press Ctrl+C").waitFor();
      const selected = JSON.parse(await page.evaluate(() => getSelection().toString()));
      expect(selected.request_id === copied.request_id && selected.data.orders.length === copied.data.orders.length, selected);
    });
  }

  async audit(colorScheme, width) {
    const axe = await readFile(AXE, "utf8");
    const judge = async (page, name) => {
      await page.evaluate(axe);
      const { violations, passes } = await page.evaluate("axe.run()");
      const told = violations.map(({ id, help, nodes }) => `${name}: ${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`);
      expect(violations.length === 0 && passes.length > 5, told.join("\n"));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide <= 0, `${name} is ${wide} pixels too wide`);
      if (process.env.E2E_PICTURES) {
        await page.screenshot({ path: `${process.env.E2E_PICTURES}/console-${name}-${colorScheme}-${width}.png`, fullPage: true });
      }
    };
    await this.#page({ colorScheme, viewport: { width, height: 900 } }, async (page) => {
      await page.goto(`${this.#origin}/console`);
      await judge(page, "empty");
      const order = await this.#anOrder(page, true);
      await judge(page, "list");
      await page.getByRole("tab", { name: "JSON" }).click();
      await page.getByLabel("Arguments as JSON").waitFor();
      await judge(page, "json");
      await this.#choose(page, "orders_delete", true);
      await page.getByLabel("order id", { exact: true }).fill(order);
      await this.#run(page, "CONFIRMATION_REQUIRED");
      await judge(page, "asked");
      await page.getByLabel("order id", { exact: true }).fill("x");
      await page.getByRole("button", { name: "Save as template" }).click();
      await page.getByText("Saved.", { exact: true }).waitFor();
      await this.#run(page, "VALIDATION_ERROR");
      await judge(page, "refused");
    });
  }
}

function expect(condition, seen) {
  if (!condition) throw new Error(`unexpected: ${typeof seen === "string" ? seen : JSON.stringify(seen)}`);
}
