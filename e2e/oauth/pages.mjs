// The pages of a sign-in in a real browser, with scripts and without: a person gets through, axe finds nothing, nothing frames
// them, and what the pages forbid does not stop the way back to the client.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { install } from "./server.mjs";

const CHROMIUM = process.env.E2E_CHROMIUM ?? "chromium";
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
/** A proof of nobody: no code is redeemed. */
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const DESKTOP = "cursor://anysphere.cursor-mcp/oauth/callback";
const PATIENCE_MS = 15_000;

/** Tells the whole of it to `tally`. */
export async function tellOfPages(tally) {
  const server = await install();
  const client = await Client.listen();
  const executablePath = (await promisify(execFile)("sh", ["-c", `command -v "$0"`, CHROMIUM])).stdout.trim();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  const story = new Story(server, client, browser);
  try {
    for (const scripts of [false, true]) {
      const how = scripts ? "with scripts" : "without scripts";
      await tally.check(`a person signs in, agrees and is sent back to the client, ${how}`, () => story.agree(scripts));
      await tally.check(`a person says no, ${how}`, () => story.deny(scripts));
      await tally.check(`a wrong key is told, and nothing of it is kept, ${how}`, () => story.mistype(scripts));
    }
    await tally.check("an application that is no web page gets its answer", () => story.leaveFor(DESKTOP));
    await tally.check("the same, were the pages to allow forms to themselves only: the browser stops it", () => story.stopped());
    for (const colorScheme of ["light", "dark"]) {
      await tally.check(`axe finds nothing, ${colorScheme}`, () => story.audit(colorScheme));
    }
    await tally.check("no page of somebody else's shows the sign-in within itself", () => story.framed());
  } finally {
    await browser.close();
    client.close();
    await server.stop();
  }
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

  /** A page in a browser that has been nowhere yet. */
  async #page(options, body) {
    const context = await this.#browser.newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    try {
      return await body(await context.newPage());
    } finally {
      await context.close();
    }
  }

  async #signIn(page, redirect, key = this.#server.master_key) {
    const answer = await page.goto(await this.#address(redirect));
    const { "cache-control": cache, "content-security-policy": policy } = answer.headers();
    expect(answer.status() === 200 && cache?.includes("no-store") && policy?.includes("frame-ancestors 'none'"), answer.headers());
    await page.getByLabel("Master key").fill(key);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }

  /** The consent page as it was asked for, with all stores ticked. */
  async #consider(page, redirect) {
    await this.#signIn(page, redirect);
    await page.getByRole("heading", { name: "Connect Story <b>&", level: 1 }).waitFor();
    const ticked = await page.locator("input[name=scope]:checked").evaluateAll((boxes) => boxes.map((box) => box.value).sort());
    expect(ticked.join(" ") === "orders:read stores:read", ticked);
    expect((await page.locator("input[name=scope]").count()) === 8, "not every right stands on the page");
    await page.getByLabel("All stores, also later ones").check();
  }

  agree(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await this.#consider(page);
      const answer = this.#client.answer();
      await page.getByRole("button", { name: "Allow", exact: true }).click();
      const told = await answer;
      expect(told.get("code")?.startsWith("odac_") && told.get("state") === "story" && told.get("iss") === this.#origin, [...told]);
      await page.getByText("You can close this page.").waitFor();
    });
  }

  deny(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      await this.#consider(page);
      const answer = this.#client.answer();
      await page.getByRole("button", { name: "Deny", exact: true }).click();
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
    return this.#page({}, async (page) => {
      const { left, stopped } = await this.#leave(page, redirect);
      expect(left?.startsWith(`${redirect}?`) && new URL(left).searchParams.has("code"), left);
      expect(!stopped, stopped);
    });
  }

  /** What shows that the story before could fail. */
  stopped() {
    return this.#page({}, async (page) => {
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

  async audit(colorScheme) {
    const axe = await readFile(AXE, "utf8");
    const judged = [];
    const judge = async (page, name) => {
      await page.evaluate(axe);
      const { violations, passes } = await page.evaluate("axe.run()");
      const told = violations.map(({ id, help, nodes }) => `${name}: ${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`);
      expect(violations.length === 0 && passes.length > 5, told.join("\n"));
      judged.push(name);
    };
    await this.#page({ colorScheme }, async (page) => {
      await page.goto(await this.#address());
      await judge(page, "sign-in");
      await page.getByLabel("Master key").fill("nonsense");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("alert").waitFor();
      await judge(page, "sign-in, refused");
      await this.#consider(page);
      await judge(page, "consent");
      await page.goto(`${this.#origin}/authorize?client_id=nobody&redirect_uri=http%3A%2F%2F127.0.0.1%2F`);
      await judge(page, "refusal");
    });
    return judged.join(", ");
  }

  async framed() {
    const address = await this.#address();
    this.#client.shows = `<!doctype html><title>Frame</title><iframe src="${address.replaceAll("&", "&amp;")}"></iframe>`;
    await this.#page({}, async (page) => {
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

function expect(condition, seen) {
  if (!condition) throw new Error(`unexpected: ${typeof seen === "string" ? seen : JSON.stringify(seen)}`);
}
