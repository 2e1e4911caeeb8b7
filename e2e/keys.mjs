// Keys, tokens, apps, sessions and settings in a real browser, with scripts and without: a token is made, used and ended, a master
// key is replaced, a browser is signed out from another one, and axe finds nothing.

import { expect, heading, inChromium, inEveryLook, judge, press, signIn } from "./browser.mjs";
import { install } from "./oauth/server.mjs";

/** The pages that are judged, by their paths, with their headings. */
const PAGES = {
  "/keys": "Keys and tokens",
  "/keys/new": "New token",
  "/keys/rotate": "Rotate master key",
  "/apps": "Connected apps",
  "/connect": "Connect a client",
  "/sessions": "Sessions",
  "/settings": "Settings",
};

/** Tells the whole of it to `tally`. */
export async function tellOfKeys(tally) {
  const server = await install({ ENABLE_WEBUI: "true" });
  try {
    await inChromium((browser) => tell(tally, new Story(server, browser)));
  } finally {
    await server.stop();
  }
}

async function tell(tally, story) {
  for (const scripts of [true, false]) {
    const how = scripts ? "with scripts" : "without scripts";
    await tally.check(`a token is made, shown once, used and revoked, ${how}`, () => story.token(scripts));
    await tally.check(`a master key is replaced, and the old one revoked, ${how}`, () => story.rotate(scripts));
    await tally.check(`a browser is signed out from another one, ${how}`, () => story.signOut(scripts));
  }
  await tally.check("what a client needs is copied as it is", () => story.copy());
  await story.fill();
  await inEveryLook(tally, (look) => story.audit(look));
}

class Story {
  #server;
  #browser;
  #key;

  constructor(server, browser) {
    this.#server = server;
    this.#browser = browser;
    this.#key = server.master_key;
  }

  get #origin() {
    return new URL(this.#server.url).origin;
  }

  /** A page of somebody who signed in just now. */
  #page(options, body) {
    return this.#browser.page(options, async (page) => {
      await this.#open(page, "/keys");
      await signIn(page, this.#key);
      await heading(page, "Keys and tokens");
      return body(page);
    });
  }

  #open(page, path) {
    return page.goto(this.#origin + path);
  }

  /** Whether the endpoint answers whoever brings this. */
  async #answers(bearer) {
    const body = { jsonrpc: "2.0", id: 1, method: "initialize" };
    body.params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "story", version: "1" } };
    const headers = { "Content-Type": "application/json", Accept: "application/json, text/event-stream", Authorization: `Bearer ${bearer}` };
    const answer = await fetch(this.#server.url, { method: "POST", headers, body: JSON.stringify(body) });
    await answer.text();
    return answer.status;
  }

  async #make(page, label) {
    await this.#open(page, "/keys");
    await press(page, "New token");
    await page.getByLabel("Label", { exact: true }).fill(label);
    await page.getByRole("group", { name: "Stores" }).getByLabel("All stores, also later ones").check();
    await page.getByLabel("Expires", { exact: true }).selectOption("30");
    await page.getByLabel("Master key", { exact: true }).fill(this.#key);
    await press(page, "Create token");
    return page.getByLabel("New token", { exact: true }).inputValue();
  }

  token(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      const token = await this.#make(page, "Story <b>&");
      expect(token.startsWith("odpt_"), token);
      expect((await this.#answers(token)) === 200, "the token is refused");
      if (javaScriptEnabled) {
        await press(page, "Copy");
        expect((await page.evaluate(() => navigator.clipboard.readText())) === token, "another text was copied");
      }
      await page.reload();
      await page.getByRole("table", { name: "Access tokens" }).waitFor();
      expect(!(await page.content()).includes(token), "the token is shown again");
      const rows = page.getByRole("table", { name: "Access tokens" }).getByRole("row", { name: "Story <b>&" });
      expect((await rows.count()) === 1, "loading the page again made another token");
      await rows.getByRole("button", { name: "Revoke", exact: true }).click();
      await heading(page, "Revoke a token");
      await press(page, "Revoke");
      await page.getByRole("status").getByText("Revoked.").waitFor();
      expect((await this.#answers(token)) === 401, "the token still works");
    });
  }

  rotate(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      const old = this.#key;
      await press(page, "Rotate master key");
      await page.getByLabel("Master key", { exact: true }).fill(`${old.slice(0, -1)}~`);
      await press(page, "Rotate master key");
      await page.getByRole("alert").waitFor();
      expect((await page.getByLabel("Master key", { exact: true }).inputValue()) === "", "the key came back");
      await page.getByLabel("Master key", { exact: true }).fill(old);
      await press(page, "Rotate master key");
      this.#key = await page.getByLabel("New master key", { exact: true }).inputValue();
      expect(this.#key.startsWith("odmk_") && this.#key !== old, "no new key");
      expect((await this.#answers(old)) === 200 && (await this.#answers(this.#key)) === 200, "one of the keys is refused");
      await page.reload();
      expect(!(await page.content()).includes(this.#key), "the key is shown again");
      await page.getByText(/^Your old key odmk_.* works until/).waitFor();
      await page.getByRole("table", { name: "Master keys" }).getByRole("button", { name: "Revoke", exact: true }).click();
      expect((await this.#answers(old)) === 200, "it was not asked about");
      await press(page, "Revoke");
      await page.getByRole("status").getByText("Revoked.").waitFor();
      expect((await this.#answers(old)) === 401 && (await this.#answers(this.#key)) === 200, "the wrong key was ended");
      await this.#open(page, "/apps");
      await heading(page, "Connected apps");
    });
  }

  signOut(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, (here) =>
      this.#page({ userAgent: "Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1" }, async (phone) => {
        await this.#open(here, "/sessions");
        const row = here.getByRole("row", { name: "Safari on iPhone" });
        await row.getByRole("button", { name: "Sign out", exact: true }).click();
        await heading(here, "Sign a browser out");
        await here.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
        await here.getByText("Signed out there.").waitFor();
        await this.#open(phone, "/sessions");
        await heading(phone, "Sign in");
        await this.#open(here, "/sessions");
        await here.getByText("this one").waitFor();
      }),
    );
  }

  copy() {
    return this.#page({}, async (page) => {
      await this.#open(page, "/connect");
      await page.getByRole("region", { name: "Cursor" }).getByRole("button", { name: "Copy", exact: true }).first().click();
      const pasted = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
      expect(pasted.mcpServers.orderdesk.url === this.#server.url, pasted);
      const link = await page.getByRole("link", { name: "Add to Cursor" }).getAttribute("href");
      const config = new URL(link).searchParams.get("config");
      expect(JSON.parse(Buffer.from(config, "base64")).url === this.#server.url, link);
    });
  }

  /** Something to see on each page. */
  fill() {
    return this.#page({}, async (page) => {
      await this.#make(page, "Ada's laptop");
      await this.#open(page, "/keys/rotate");
      await page.getByLabel("Master key", { exact: true }).fill(this.#key);
      await press(page, "Rotate master key");
      this.#key = await page.getByLabel("New master key", { exact: true }).inputValue();
    });
  }

  audit(look) {
    return this.#page(look, async (page) => {
      for (const [path, title] of Object.entries(PAGES)) {
        await this.#open(page, path);
        await heading(page, title);
        await judge(page, path.slice(1).replace("/", "-"));
      }
      await this.#open(page, "/keys/new");
      await page.getByLabel("Label", { exact: true }).fill("x");
      await page.getByLabel("Master key", { exact: true }).fill("x");
      await press(page, "Create token");
      await page.getByRole("alert").waitFor();
      await judge(page, "keys-new-failed");
      await this.#make(page, `For ${look.colorScheme} ${look.viewport.width}`);
      await judge(page, "keys-made");
    });
  }
}
