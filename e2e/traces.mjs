// The log of calls in a real browser, with scripts and without: a call is found by its request id and by words, what it changed is
// looked at, the log is exported and shortened, the list refreshes itself, and axe finds nothing.

import { readFile } from "node:fs/promises";
import { expect, heading, inChromium, inEveryLook, judge, press, signIn, until } from "./browser.mjs";
import { callTool } from "./lib.mjs";
import { install } from "./oauth/server.mjs";

/** Tells the whole of it to `tally`. */
export async function tellOfTraces(tally) {
  const server = await install({ ENABLE_WEBUI: "true" });
  try {
    await inChromium((browser) => tell(tally, new Story(server, browser)));
  } finally {
    await server.stop();
  }
}

async function tell(tally, story) {
  await tally.check("calls are made", () => story.begin());
  for (const scripts of [true, false]) {
    const how = scripts ? "with scripts" : "without scripts";
    await tally.check(`a call is found by its request id and by words, ${how}`, () => story.find(scripts));
    await tally.check(`what a call changed is shown, ${how}`, () => story.look(scripts));
    await tally.check(`what is shown is exported, ${how}`, () => story.export(scripts));
    await tally.check(`old entries go when it was said twice, ${how}`, () => story.delete(scripts));
  }
  await tally.check("the list refreshes itself, and stands still when it is told to", () => story.refresh());
  await inEveryLook(tally, (look) => story.audit(look));
}

class Story {
  #server;
  #browser;
  #cookies;
  /** Of a change, and of a call that failed. */
  #changed;
  #failed;
  /** Whether the change was put back. */
  #isBack = false;

  constructor(server, browser) {
    this.#server = server;
    this.#browser = browser;
  }

  get #origin() {
    return new URL(this.#server.url).origin;
  }

  #call(name, args) {
    return callTool(this.#server, name, args);
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
  #page(options, body) {
    return this.#browser.page({ cookies: this.#cookies, ...options }, async (page, context) => {
      await page.goto(`${this.#origin}/traces`);
      if (!this.#cookies) {
        await signIn(page, this.#server.master_key);
        this.#cookies = await context.cookies();
      }
      await heading(page, "Traces");
      return body(page);
    });
  }

  /** Looks for words, as a person does: without scripts the button is needed. */
  async #search(page, words, scripts) {
    await page.getByLabel("Search", { exact: true }).fill(words);
    if (!scripts) await press(page, "Filter");
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
      await this.#only(page, "orders_get");
      await this.#rows(page).getByText("NOT_FOUND").waitFor();
      await page.getByRole("link", { name: "Clear", exact: true }).click();
      await this.#search(page, "404404404 GET", javaScriptEnabled);
      await this.#only(page, "orders_get");
      await page.getByRole("link", { name: "Clear", exact: true }).click();
      await page.getByLabel("Status", { exact: true }).selectOption("error");
      await page.getByLabel("Tool", { exact: true }).selectOption("orders.get");
      if (!javaScriptEnabled) await press(page, "Filter");
      await this.#only(page, "orders_get");
      await this.#search(page, "nothing of the kind", javaScriptEnabled);
      await page.getByText("No call is like that.").waitFor();
    });
  }

  look(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await this.#search(page, this.#changed.id, javaScriptEnabled);
      await this.#only(page, "orders_update_address");
      await this.#rows(page).getByRole("link").click();
      await page.getByRole("heading", { name: "orders_update_address", level: 2 }).waitFor();
      const table = page.getByRole("table", { name: `Order ${this.#changed.order}` });
      const row = table.getByRole("row").filter({ hasText: "Bergen" });
      expect((await row.getByRole("cell").count()) === 2, "no before and after");
      const console = page.getByRole("link", { name: "Open orders_update_address in the console" });
      expect(/\/console\?.*tool=orders_update_address/.test(await console.getAttribute("href")), "no way to the console");
      await page.getByRole("link", { name: `All calls about order ${this.#changed.order}` }).click();
      await this.#rows(page).filter({ hasText: "orders_update_address" }).first().waitFor();
      await page.goto(`${this.#origin}/traces/${this.#changed.id}`);
      await press(page, "Put it back");
      await heading(page, "Console");
      const { order_id, mutation } = JSON.parse(await page.getByLabel("Arguments as JSON").inputValue());
      expect(order_id === this.#changed.order && mutation.shipping.city && mutation.shipping.city !== "Bergen", mutation);
      const isAgain = this.#isBack;
      expect((await this.#city()) !== mutation.shipping.city || isAgain, "it was put back before anybody pressed Run");
      await press(page, "Run");
      await page.getByRole("region", { name: "Result" }).getByText("success", { exact: true }).waitFor();
      expect((await this.#city()) === mutation.shipping.city, "it is not as it was");
      this.#isBack = true;
    });
  }

  /** Where the changed order goes. Not read by itself: other parts of the story count the calls that do. */
  async #city() {
    const { result } = await this.#call("orders_list", { limit: 100, fields: ["id", "shipping"], fresh: true });
    return result.structuredContent.data.orders.find(({ id }) => id === this.#changed.order).shipping.city;
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
      await press(page, "Delete old entries");
      await heading(page, "Delete old entries");
      await page.getByLabel("Delete what is older than (days)").fill("7");
      await page.getByLabel("These entries may go for good").check();
      await press(page, "Delete old entries");
      await page.getByText("Old entries were deleted.").waitFor();
      await this.#rows(page).filter({ hasText: "orders_update_address" }).first().waitFor();
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

  audit(look) {
    const pages = { traces: "/traces", trace: `/traces/${this.#changed.id}`, "traces-delete": "/traces/delete", "traces-none": "/traces?search=nothing-like-it" };
    return this.#page(look, async (page) => {
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(`${this.#origin}${path}`);
        await judge(page, name);
      }
    });
  }
}
