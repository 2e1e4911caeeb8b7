// The first run of the demo in a real browser: from the link that it prints to a changed order, seen in the log of calls. And the
// basics of every installation with scripts off.

import { once } from "node:events";
import http from "node:http";
import { expect, fill, heading, inChromium, press, signIn } from "./browser.mjs";
import { start } from "./lib.mjs";

const CITY = "Tórshavn <b>&";

/** Tells the whole of it to `tally`. */
export async function tellOfDemo(tally) {
  const demo = await start(["demo", "--output", "json", "--port", "0"], { env: { WEBUI_RATE_LIMIT_LOGIN: "1000" } });
  const elsewhere = await Elsewhere.listen();
  try {
    await inChromium((browser) => tell(tally, new Story(demo.info, elsewhere, browser)));
  } finally {
    elsewhere.close();
    await demo.stop();
  }
}

async function tell(tally, story) {
  await tally.check("the demo's link, on a page of another site, leads to the dashboard", () => story.arrive());
  await tally.check("an order is changed by hand, and its change is seen in the log", () => story.change());
  await tally.check("any link on another site finds who is signed in, with scripts and without", () => story.returnFromElsewhere());
  await tally.check("who signs out is out", () => story.leave());
  await tally.check("signing in, adding a store, running a tool and signing out, without scripts", () => story.basics());
}

class Story {
  #demo;
  #elsewhere;
  #browser;
  #cookies;

  constructor(demo, elsewhere, browser) {
    this.#demo = demo;
    this.#elsewhere = elsewhere;
    this.#browser = browser;
  }

  get #origin() {
    return new URL(this.#demo.url).origin;
  }

  #page(options, body) {
    return this.#browser.page({ cookies: this.#cookies, ...options }, body);
  }

  /** Opens a page of another site and follows its link. */
  async #followFromElsewhere(page, address) {
    this.#elsewhere.link = address;
    await page.goto(this.#elsewhere.address);
    await page.getByRole("link", { name: "Go there" }).click();
  }

  arrive() {
    return this.#page({}, async (page, context) => {
      const seen = [];
      page.on("response", (answer) => answer.request().isNavigationRequest() && seen.push(`${answer.status()} ${new URL(answer.url()).pathname}`));
      await this.#followFromElsewhere(page, this.#demo.pages_url);
      await heading(page, "Dashboard");
      expect(page.url() === `${this.#origin}/`, page.url());
      await page.getByRole("heading", { name: "Latest orders" }).waitFor();
      expect(seen.length < 6, seen);
      this.#cookies = (await context.cookies()).filter(({ domain }) => domain === new URL(this.#origin).hostname);
    });
  }

  async #runConsole(page, tool, fields = {}) {
    await page.goto(`${this.#origin}/console?store=${this.#demo.stores[0].store_id}&tool=${tool}`);
    await fill(page, fields);
    await press(page, "Run");
    const result = page.getByRole("region", { name: "Result" });
    await result.getByText("success", { exact: true }).waitFor();
    return { reply: JSON.parse(await page.locator("#reply").textContent()), result };
  }

  change() {
    return this.#page({}, async (page) => {
      await page.goto(this.#origin);
      await page.getByRole("link", { name: "Console", exact: true }).first().click();
      await heading(page, "Console");
      const { reply } = await this.#runConsole(page, "orders_list", { limit: "1", fields: "id" });
      const order = reply.data.orders[0].id;

      await page.goto(`${this.#origin}/console?store=${this.#demo.stores[0].store_id}&tool=orders_update_address`);
      await fill(page, { "order id": order, address: JSON.stringify({ city: CITY }) });
      await page.getByLabel("address type", { exact: true }).selectOption("shipping");
      await page.getByRole("switch", { name: "Dry run" }).check();
      await press(page, "Run");
      const result = page.getByRole("region", { name: "Result" });
      await result.getByText("success", { exact: true }).waitFor();
      expect(JSON.parse(await page.locator("#reply").textContent()).data.dry_run === true, "it was no dry run");
      await page.getByRole("switch", { name: "Dry run" }).uncheck();
      await press(page, "Run");
      await page.waitForFunction(() => !JSON.parse(document.querySelector("#reply")?.textContent ?? '{"data":{"dry_run":true}}').data?.dry_run);
      await result.getByText("success", { exact: true }).waitFor();

      await result.getByRole("link").first().click();
      await page.getByRole("heading", { name: "orders_update_address", level: 2 }).waitFor();
      const row = page.getByRole("table", { name: `Order ${order}` }).getByRole("row").filter({ hasText: CITY });
      expect((await row.getByRole("cell").count()) === 2, "no before and after");
      await page.goto(`${this.#origin}/traces?search=${order}`);
      await page.getByRole("table").getByText("orders_update_address").first().waitFor();
      const { reply: now } = await this.#runConsole(page, "orders_get", { "order id": order });
      expect(now.data.shipping.city === CITY, now.data.shipping);
    });
  }

  async returnFromElsewhere() {
    for (const javaScriptEnabled of [true, false]) {
      await this.#page({ javaScriptEnabled }, async (page) => {
        await this.#followFromElsewhere(page, `${this.#origin}/traces?tool=orders.get`);
        await heading(page, "Traces");
        expect(page.url() === `${this.#origin}/traces?tool=orders.get`, page.url());
      });
    }
    // Whoever is not signed in is asked to, and goes where the link led.
    await this.#page({ cookies: [] }, async (page) => {
      await this.#followFromElsewhere(page, `${this.#origin}/traces`);
      await heading(page, "Sign in");
      await this.#followFromElsewhere(page, `${this.#origin}/traces`);
      await heading(page, "Sign in");
      await signIn(page, this.#demo.master_key);
      await heading(page, "Traces");
    });
  }

  leave() {
    return this.#page({}, async (page) => {
      await page.goto(this.#origin);
      await press(page, "Sign out");
      await heading(page, "Sign in");
      await page.goto(`${this.#origin}/stores`);
      await heading(page, "Sign in");
      await page.context().addCookies(this.#cookies);
      await page.goto(`${this.#origin}/stores`);
      await heading(page, "Sign in");
      this.#cookies = [];
    });
  }

  basics() {
    const [, shop] = this.#demo.stores;
    return this.#page({ javaScriptEnabled: false }, async (page) => {
      await page.goto(this.#origin);
      await page.getByRole("link", { name: "Sign in", exact: true }).click();
      await signIn(page, this.#demo.master_key);
      await heading(page, "Dashboard");
      await page.goto(`${this.#origin}/stores/${shop.store_id}`);
      await fill(page, { [`Type ${shop.store_name} to confirm`]: shop.store_name });
      await press(page, "Delete store");
      await page.getByRole("link", { name: "Add a store", exact: true }).click();
      await fill(page, { "Store ID": shop.store_id, "API key": shop.api_key, Name: shop.store_name });
      await press(page, "Save");
      await page.getByText("The store was added: Order Desk answered with this key.").waitFor();
      await page.goto(`${this.#origin}/console`);
      await page.getByLabel("Store", { exact: true }).selectOption(shop.store_id);
      await page.getByLabel("Tool", { exact: true }).selectOption("store_get_settings");
      await press(page, "Choose");
      await press(page, "Run");
      await page.getByRole("region", { name: "Result" }).getByText("success", { exact: true }).waitFor();
      await press(page, "Sign out");
      await heading(page, "Sign in");
      await page.goto(`${this.#origin}/console`);
      await heading(page, "Sign in");
    });
  }
}

/** Another site, as browsers see it, with a page that links to somewhere. */
class Elsewhere {
  #server = http.createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(`<!doctype html><title>Elsewhere</title><a href="${this.link.replaceAll("&", "&amp;")}">Go there</a>`);
  });
  link = "";

  static async listen() {
    const site = new Elsewhere();
    site.#server.listen(0, "127.0.0.1");
    await once(site.#server, "listening");
    return site;
  }

  /** By a name that is none of the server's, which browsers take for another site. */
  get address() {
    return `http://localhost:${this.#server.address().port}/`;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
