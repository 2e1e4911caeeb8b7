// Stores and the dashboard in a real browser, with scripts and without: a store is registered, tried, changed and deleted, the
// demo's link lets a newcomer in once, and axe finds nothing.

import { expect, fill, heading, inChromium, inEveryLook, judge, press } from "./browser.mjs";
import { callTool, start } from "./lib.mjs";

/** Tells the whole of it to `tally`. */
export async function tellOfStores(tally) {
  const demo = await start(["demo", "--output", "json", "--port", "0"], { env: { WEBUI_RATE_LIMIT_LOGIN: "1000" } });
  try {
    await inChromium((browser) => tell(tally, new Story(demo.info, browser)));
  } finally {
    await demo.stop();
  }
}

async function tell(tally, story) {
  await tally.check("the demo's link lets a newcomer in, once", () => story.arrive());
  for (const scripts of [true, false]) {
    const how = scripts ? "with scripts" : "without scripts";
    await tally.check(`a store is deleted, registered, tried and changed, ${how}`, () => story.keep(scripts));
    await tally.check(`a refused key is told, and what was typed stays, ${how}`, () => story.mistype(scripts));
  }
  await tally.check("the dashboard takes in what happens, and can be paused", () => story.watch());
  for (const scripts of [true, false]) {
    await tally.check(`the dashboard shows the queue and the sales of each store, ${scripts ? "with scripts" : "without scripts"}`, () => story.survey(scripts));
  }
  await inEveryLook(tally, (look) => story.audit(look));
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

  #page(options, body, cookies = this.#cookies) {
    return this.#browser.page({ cookies, ...options }, body);
  }

  async arrive() {
    await this.#page({}, async (page, context) => {
      await page.goto(this.#demo.pages_url);
      await heading(page, "Dashboard");
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

  keep(javaScriptEnabled) {
    const [, shop] = this.#demo.stores;
    return this.#page({ javaScriptEnabled }, async (page) => {
      await page.goto(`${this.#origin}/stores`);
      await page.getByRole("link", { name: shop.store_name, exact: true }).click();
      await heading(page, shop.store_name);
      await fill(page, { [`Type ${shop.store_name} to confirm`]: "something else" });
      await press(page, "Delete store");
      await page.getByRole("alert").waitFor();
      await fill(page, { [`Type ${shop.store_name} to confirm`]: shop.store_name });
      await press(page, "Delete store");
      await page.getByText("Deleted.").waitFor();
      expect((await page.getByRole("link", { name: shop.store_name }).count()) === 0, "it is still there");

      await page.getByRole("link", { name: "Add a store", exact: true }).click();
      await fill(page, { "Store ID": shop.store_id, "API key": shop.api_key, Name: "Second shop", Label: "of the story" });
      await press(page, "Save");
      await page.getByText("The store was added: Order Desk answered with this key.").waitFor();
      await page.getByRole("link", { name: "Second shop", exact: true }).click();
      await press(page, "Test connection");
      await page.getByText("The connection works.").waitFor();
      await fill(page, { Name: shop.store_name });
      await press(page, "Save");
      await page.getByText("Saved.").waitFor();
      await heading(page, shop.store_name);
      expect(!(await page.content()).includes(shop.api_key), "the key stands in the page");
    });
  }

  mistype(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await page.goto(`${this.#origin}/stores/new`);
      await fill(page, { "Store ID": "shop", "API key": "not-the-key", Name: "Third shop" });
      await press(page, "Save");
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
      await callTool(this.#demo, "store_get_settings", { store: this.#demo.stores[0].store_id });
      await calls.getByText("store_get_settings").first().waitFor();
      await page.getByRole("link", { name: "Pause", exact: true }).click();
      await page.getByRole("link", { name: "Update by itself" }).waitFor();
    });
  }

  /** What waits and what was sold, of one store and then of the other; the figures are those that the tools tell. */
  survey(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await page.goto(this.#origin);
      for (const shop of this.#demo.stores) {
        await page.getByRole("navigation", { name: "Store", exact: true }).getByRole("link", { name: shop.store_name, exact: true }).click();
        const read = page.getByRole("button", { name: "Read the orders" });
        if (!javaScriptEnabled && (await read.count())) await read.click();
        const queue = page.getByRole("region", { name: "Queue" });
        await queue.waitFor();
        if (!javaScriptEnabled) await press(page, "Bring up to date");
        const { data } = (await callTool(this.#demo, "orders_queue", { store: shop.store_id })).result.structuredContent;
        for (const folder of data.folders.filter(({ orders }) => orders > 0)) {
          await queue.getByRole("row", { name: new RegExp(`^${folder.folder_name} `) }).waitFor();
        }
        await page.getByRole("img", { name: /^Sales by day from .* orders, / }).waitFor();
        await page.getByText("As a table").click();
        await page.getByRole("region", { name: "Sales by day" }).getByRole("row").nth(30).waitFor();
      }
    });
  }

  async audit(look) {
    const store = `/stores/${this.#demo.stores[0].store_id}`;
    await this.#page(look, async (page) => {
      for (const [name, address] of [["dashboard", "/"], ["stores", "/stores"], ["store-new", "/stores/new"], ["store", store], ["nothing-here", "/nowhere"]]) {
        await page.goto(`${this.#origin}${address}`);
        if (name === "dashboard") {
          await page.getByRole("region", { name: "Queue" }).waitFor();
          await page.getByText("As a table").click();
        }
        await judge(page, name);
      }
      await page.goto(`${this.#origin}/stores/new`);
      await fill(page, { "Store ID": "shop", "API key": "x" });
      await press(page, "Save");
      await page.getByRole("alert").waitFor();
      await judge(page, "store-new-refused");
    });
    await this.#page(look, async (page) => {
      await page.goto(this.#demo.pages_url);
      await judge(page, "demo-link-used");
      await page.goto(this.#origin);
      await judge(page, "landing");
    }, []);
  }
}
