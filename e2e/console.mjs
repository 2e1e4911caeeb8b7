// The console in a real browser, with scripts and without: a tool is run and paged through, its command is copied and run by bash,
// what cannot be taken back is asked about, arguments are kept, and axe finds nothing.

import { expect, heading, inChromium, inEveryLook, judge, press, signIn } from "./browser.mjs";
import { run } from "./lib.mjs";
import { install } from "./oauth/server.mjs";

/** What a shell must not touch. */
const HOSTILE = "it's $(touch /tmp/planted) `x` !! \"quoted\"\nsecond line";

/** Tells the whole of it to `tally`. */
export async function tellOfConsole(tally) {
  const server = await install({ ENABLE_WEBUI: "true", WEBUI_RATE_LIMIT_API_CONSOLE: "1000" });
  try {
    await inChromium((browser) => tell(tally, new Story(server, browser)));
  } finally {
    await server.stop();
  }
}

async function tell(tally, story) {
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
  await inEveryLook(tally, (look) => story.audit(look));
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
  #page(options, body) {
    return this.#browser.page({ cookies: this.#cookies, ...options }, async (page, context) => {
      if (!this.#cookies) {
        await page.goto(`${this.#origin}/console`);
        await signIn(page, this.#server.master_key);
        await heading(page, "Console");
        this.#cookies = await context.cookies();
      }
      return body(page);
    });
  }

  /** Opens the console at a tool, as a person gets there. */
  async #choose(page, tool, scripts) {
    await page.goto(`${this.#origin}/console`);
    await heading(page, "Console");
    expect((await page.getByLabel("Store", { exact: true }).inputValue()) === this.#server.store, "the only store is not chosen");
    await page.getByLabel("Tool", { exact: true }).selectOption(tool);
    if (!scripts) await press(page, "Choose");
    await page.waitForURL(/tool=/);
    expect(await page.getByRole("button", { name: "Choose", exact: true }).isVisible() !== scripts, "Choose");
  }

  async #run(page, status) {
    await press(page, "Run");
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
      await press(page, "Next page");
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
      if (javaScriptEnabled) expect((await this.#reply(page)).data.orders.length === 1, "the result is gone");
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
      await page.getByRole("button", { name: "Delete", exact: true }).click();
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

  audit(look) {
    return this.#page(look, async (page) => {
      await page.goto(`${this.#origin}/console`);
      await judge(page, "console-empty");
      const order = await this.#anOrder(page, true);
      await judge(page, "console-list");
      await page.getByRole("tab", { name: "JSON" }).click();
      await page.getByLabel("Arguments as JSON").waitFor();
      await judge(page, "console-json");
      await this.#choose(page, "orders_delete", true);
      await page.getByLabel("order id", { exact: true }).fill(order);
      await this.#run(page, "CONFIRMATION_REQUIRED");
      await judge(page, "console-asked");
      await page.getByLabel("order id", { exact: true }).fill("x");
      await page.getByRole("button", { name: "Save as template" }).click();
      await page.getByText("Saved.", { exact: true }).waitFor();
      await this.#run(page, "VALIDATION_ERROR");
      await judge(page, "console-refused");
    });
  }
}
