// The pages of a sign-in in a real browser, with scripts and without: a person gets through, axe finds nothing, nothing frames
// them, and what the pages forbid does not stop the way back to the client.

import { once } from "node:events";
import http from "node:http";
import { expect, heading, inChromium, inEveryLook, judge, PATIENCE_MS, press, signIn } from "../browser.mjs";
import { install } from "./server.mjs";

/** A proof of nobody: no code is redeemed. */
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const DESKTOP = "cursor://anysphere.cursor-mcp/oauth/callback";

/** Tells the whole of it to `tally`. */
export async function tellOfPages(tally) {
  const server = await install();
  const client = await Client.listen();
  try {
    await inChromium((browser) => tell(tally, new Story(server, client, browser)));
  } finally {
    client.close();
    await server.stop();
  }
}

async function tell(tally, story) {
  for (const scripts of [false, true]) {
    const how = scripts ? "with scripts" : "without scripts";
    await tally.check(`a person signs in, agrees and is sent back to the client, ${how}`, () => story.agree(scripts));
    await tally.check(`a person says no, ${how}`, () => story.deny(scripts));
    await tally.check(`a wrong key is told, and nothing of it is kept, ${how}`, () => story.mistype(scripts));
  }
  await tally.check("an application that is no web page gets its answer", () => story.leaveFor(DESKTOP));
  await tally.check("the same, were the pages to allow forms to themselves only: the browser stops it", () => story.stopped());
  await inEveryLook(tally, (look) => story.audit(look));
  await tally.check("no page of somebody else's shows the sign-in within itself", () => story.framed());
}

class Story {
  #server;
  #client;
  #browser;
  #ids = new Map();

  constructor(server, client, browser) {
    this.#server = server;
    this.#client = client;
    this.#browser = browser;
  }

  get #origin() {
    return new URL(this.#server.url).origin;
  }

  /** The address that a client opens. */
  async #address(redirect = this.#client.address) {
    if (!this.#ids.has(redirect)) {
      const body = JSON.stringify({ client_name: "Story <b>&", redirect_uris: [redirect], token_endpoint_auth_method: "none" });
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(`${this.#origin}/register`, { method: "POST", headers, body });
      const told = await answer.json();
      expect(answer.status === 201, told);
      this.#ids.set(redirect, told.client_id);
    }
    const asked = new URLSearchParams({
      response_type: "code",
      client_id: this.#ids.get(redirect),
      redirect_uri: redirect,
      code_challenge: CHALLENGE,
      code_challenge_method: "S256",
      state: "story",
      scope: "orders:read stores:read",
    });
    return `${this.#origin}/authorize?${asked}`;
  }

  #page(options, body) {
    return this.#browser.page(options, body);
  }

  async #signIn(page, redirect, key = this.#server.master_key) {
    const answer = await page.goto(await this.#address(redirect));
    const { "cache-control": cache, "content-security-policy": policy } = answer.headers();
    expect(answer.status() === 200 && cache?.includes("no-store") && policy?.includes("frame-ancestors 'none'"), answer.headers());
    await signIn(page, key);
  }

  /** The consent page as it was asked for, with all stores ticked. */
  async #consider(page, redirect) {
    await this.#signIn(page, redirect);
    await heading(page, "Connect Story <b>&");
    const ticked = await page.locator("input[name=scope]:checked").evaluateAll((boxes) => boxes.map((box) => box.value).sort());
    expect(ticked.join(" ") === "orders:read stores:read", ticked);
    expect((await page.locator("input[name=scope]").count()) === 8, "not every right stands on the page");
    await page.getByLabel("All stores, also later ones").check();
  }

  agree(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await this.#consider(page);
      const answer = this.#client.answer();
      await press(page, "Allow");
      const told = await answer;
      expect(told.get("code")?.startsWith("odac_") && told.get("state") === "story" && told.get("iss") === this.#origin, [...told]);
      await page.getByText("You can close this page.").waitFor();
    });
  }

  deny(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await this.#consider(page);
      const answer = this.#client.answer();
      await press(page, "Deny");
      const told = await answer;
      expect(told.get("error") === "access_denied" && told.get("state") === "story" && told.get("iss") === this.#origin, [...told]);
      expect(!told.has("code"), [...told]);
    });
  }

  mistype(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      const wrong = `${this.#server.master_key.slice(0, -1)}~`;
      await this.#signIn(page, undefined, wrong);
      await page.getByRole("alert").waitFor();
      expect((await page.getByLabel("Master key").inputValue()) === "", "the key came back");
      expect(!(await page.content()).includes(wrong), "the key stands in the page");
    });
  }

  leaveFor(redirect) {
    // No such application is installed here.
    return this.#page({ patient: true }, async (page) => {
      const { left, stopped } = await this.#leave(page, redirect);
      expect(left?.startsWith(`${redirect}?`) && new URL(left).searchParams.has("code"), left);
      expect(!stopped, stopped);
    });
  }

  /** What shows that the story before could fail. */
  stopped() {
    return this.#page({ patient: true }, async (page) => {
      const narrow = async () => {
        await page.route("**/authorize*", async (route) => {
          const answer = await route.fetch();
          const policy = answer.headers()["content-security-policy"].replace(/form-action [^;]*/, "form-action 'self'");
          await route.fulfill({ response: answer, headers: { ...answer.headers(), "content-security-policy": policy } });
        });
        await page.reload();
        await page.unroute("**/authorize*");
        await page.getByLabel("All stores, also later ones").check();
      };
      const { stopped } = await this.#leave(page, DESKTOP, narrow);
      expect(stopped?.includes("form-action"), stopped ?? "nothing stopped it");
    });
  }

  /** Agrees; answers where the browser was sent, or what the page's policy stopped. */
  async #leave(page, redirect, prepare = async () => {}) {
    await this.#consider(page, redirect);
    await prepare();
    const sent = page.waitForResponse((answer) => answer.request().method() === "POST");
    const stopped = page.waitForEvent("console", (message) => message.text().includes("Content Security Policy"));
    // One of the two happens, or both.
    await page.getByRole("button", { name: "Allow", exact: true }).click({ noWaitAfter: true });
    const [left, policy] = [sent.then((answer) => answer.headers().location), stopped.then((message) => message.text())];
    for (const event of [left, policy]) event.catch(() => {});
    const first = await Promise.race([left.then((left) => ({ left })), policy.then((stopped) => ({ stopped }))]);
    // What is stopped is told a moment after the answer.
    return { stopped: await Promise.race([policy, page.waitForTimeout(1_000)]), ...first };
  }

  audit(look) {
    return this.#page(look, async (page) => {
      await page.goto(await this.#address());
      await judge(page, "oauth-sign-in");
      await page.getByLabel("Master key").fill("nonsense");
      await press(page, "Sign in");
      await page.getByRole("alert").waitFor();
      await judge(page, "oauth-sign-in-refused");
      await this.#consider(page);
      await judge(page, "oauth-consent");
      await page.goto(`${this.#origin}/authorize?client_id=nobody&redirect_uri=http%3A%2F%2F127.0.0.1%2F`);
      await judge(page, "oauth-refused");
    });
  }

  async framed() {
    const address = await this.#address();
    this.#client.shows = `<!doctype html><title>Frame</title><iframe src="${address.replaceAll("&", "&amp;")}"></iframe>`;
    await this.#page({ patient: true }, async (page) => {
      const asked = page.waitForResponse((answer) => answer.url().startsWith(`${this.#origin}/authorize`));
      await page.goto(new URL("/frame", this.#client.address).href);
      await asked;
      await page.waitForTimeout(500);
      const [, frame] = page.frames();
      expect(frame && !frame.url().startsWith(this.#origin), frame?.url());
      expect((await frame.locator("input").count()) === 0, await frame.content());
    });
  }
}

/** The client on this machine that waits for the browser. */
class Client {
  #server = http.createServer();
  shows = "";

  static async listen() {
    const client = new Client();
    client.#server.listen(0, "127.0.0.1");
    await once(client.#server, "listening");
    client.#server.on("request", (request, response) => {
      response.setHeader("Content-Type", "text/html");
      response.end(request.url === "/frame" ? client.shows : "<!doctype html><title>Done</title><p>You can close this page.");
    });
    return client;
  }

  get address() {
    return `http://127.0.0.1:${this.#server.address().port}/callback`;
  }

  /** The parameters of the next answer. */
  answer() {
    const answer = new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("the browser did not come back")), PATIENCE_MS);
      const hear = (request) => {
        const { pathname, searchParams } = new URL(request.url, this.address);
        if (pathname !== "/callback") return;
        clearTimeout(late);
        this.#server.off("request", hear);
        resolve(searchParams);
      };
      this.#server.on("request", hear);
    });
    // A step before it may fail first, and be told.
    answer.catch(() => {});
    return answer;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
