// Signing up and signing in with links that are read from a mail server, in a real browser, with scripts and without.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { install } from "./oauth/server.mjs";

const CHROMIUM = process.env.E2E_CHROMIUM ?? "chromium";
/** A folder for pictures of the pages; none are taken without. */
const PICTURES = process.env.E2E_PICTURES;
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const PATIENCE_MS = 15_000;
const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

/** Tells the whole of it to `tally`. */
export async function tellOfMail(tally) {
  const mailbox = await MailServer.listen();
  const server = await install({
    ENABLE_WEBUI: "true",
    ENABLE_PUBLIC_SIGNUP: "true",
    REQUIRE_EMAIL_VERIFICATION: "true",
    EMAIL_PROVIDER: "smtp",
    SMTP_HOST: "127.0.0.1",
    SMTP_PORT: String(mailbox.port),
    SMTP_TLS: "false",
    SMTP_FROM: "Order Desk <orders@example.com>",
    // One person signs up more often here than anybody would.
    WEBUI_RATE_LIMIT_SIGNUP: "1000",
  });
  const executablePath = (await promisify(execFile)("sh", ["-c", `command -v "$0"`, CHROMIUM])).stdout.trim();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  const story = new Story(new URL(server.url).origin, mailbox, browser);
  try {
    for (const scripts of [false, true]) {
      const how = scripts ? "with scripts" : "without scripts";
      await tally.check(`a stranger signs up with a link from the mailbox, ${how}`, () => story.signUp(scripts));
      await tally.check(`a link signs in to a locked session, and the master key unlocks it, ${how}`, () => story.signIn(scripts));
    }
    for (const colorScheme of ["light", "dark"]) {
      await tally.check(`axe finds nothing, and no page goes sideways, ${colorScheme}`, () => story.audit(colorScheme));
    }
  } finally {
    await browser.close();
    mailbox.close();
    await server.stop();
  }
}

class Story {
  #origin;
  #mailbox;
  #browser;
  #accounts = 0;

  constructor(origin, mailbox, browser) {
    this.#origin = origin;
    this.#mailbox = mailbox;
    this.#browser = browser;
  }

  /** A page in a browser that has been nowhere yet. */
  async #page(options, body) {
    const context = await this.#browser.newContext({ acceptDownloads: true, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    try {
      return await body(await context.newPage());
    } finally {
      await context.close();
    }
  }

  /** Signs up as far as the page that shows the key: the address and the key. */
  async #toTheKey(page) {
    const email = `ada${(this.#accounts += 1)}@example.com`;
    await page.goto(`${this.#origin}/login`);
    await page.getByRole("link", { name: "Create an account" }).click();
    await page.getByRole("heading", { name: "Create an account", level: 1 }).waitFor();
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("button", { name: "Create account", exact: true }).click();
    await page.getByText("Look into your mailbox").waitFor();
    const link = await this.#mailbox.linkTo(email);
    expect(link.startsWith(`${this.#origin}/signup/verify/`), link);
    // A program that looks through the mail opens it first.
    expect((await fetch(link)).status === 200, "the link does not open");
    await page.goto(link);
    await page.getByLabel("Name").fill("Blue Harbor");
    await page.getByRole("button", { name: "Create account", exact: true }).click();
    const field = page.getByLabel("Master key");
    await field.waitFor();
    expect((await field.getAttribute("readonly")) !== null, "the key can be changed");
    return { email, key: await field.inputValue(), link };
  }

  async #account(page) {
    const { email, key, link } = await this.#toTheKey(page);
    await page.getByLabel("I have saved it").check();
    await page.getByRole("button", { name: "Continue", exact: true }).click();
    await this.#signedIn(page);
    return { email, key, link };
  }

  /** Whoever is signed in is sent on from the sign-in page. */
  async #signedIn(page) {
    await page.waitForURL(`${this.#origin}/`);
    await page.goto(`${this.#origin}/login`);
    expect(page.url() === `${this.#origin}/`, page.url());
  }

  signUp(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      const { key, link } = await this.#toTheKey(page);
      expect(key.startsWith("odmk_"), "no key");
      const copy = page.getByRole("button", { name: "Copy", exact: true });
      expect((await copy.isVisible()) === javaScriptEnabled, "Copy is shown where it can do nothing, or is not where it can");
      const go = page.getByRole("button", { name: "Continue", exact: true });
      if (javaScriptEnabled) expect(await go.isDisabled(), "the page goes on without the key being saved");
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download", exact: true }).click(),
      ]);
      const file = await readFile(await download.path(), "utf8");
      expect(file.trim() === key && download.suggestedFilename().endsWith(".txt"), download.suggestedFilename());
      await page.getByLabel("I have saved it").check();
      await go.click();
      await this.#signedIn(page);
      await page.goto(link);
      await page.getByRole("button", { name: "Create account", exact: true }).click();
      await page.getByRole("alert").waitFor();
      expect(!(await page.content()).includes(key), "the key is shown again");
    });
  }

  signIn(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      const { email, key } = await this.#account(page);
      await page.context().clearCookies();
      const link = await this.#askForALink(page, email);
      const answer = await fetch(link);
      expect(answer.status === 200 && answer.headers.get("cache-control")?.includes("no-store"), answer.status);
      await page.goto(link);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await this.#signedIn(page);
      await page.goto(`${this.#origin}/unlock`);
      await page.getByRole("heading", { name: "Unlock", level: 1 }).waitFor();
      await page.getByLabel("Master key").fill(`${key.slice(0, -1)}~`);
      await page.getByRole("button", { name: "Unlock", exact: true }).click();
      await page.getByRole("alert").waitFor();
      expect((await page.getByLabel("Master key").inputValue()) === "", "the key came back");
      await page.getByLabel("Master key").fill(key);
      await page.getByRole("button", { name: "Unlock", exact: true }).click();
      await this.#signedIn(page);
      await page.goto(`${this.#origin}/unlock`);
      expect(page.url() === `${this.#origin}/`, "the session is still locked");
    });
  }

  async #askForALink(page, email) {
    await page.goto(`${this.#origin}/login`);
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("button", { name: "Send me a link", exact: true }).click();
    await page.getByText("Look into your mailbox").waitFor();
    const link = await this.#mailbox.linkTo(email);
    expect(link.startsWith(`${this.#origin}/login/link/`), link);
    return link;
  }

  audit(colorScheme) {
    return this.#page({ colorScheme }, async (page) => {
      const axe = await readFile(AXE, "utf8");
      const judged = [];
      const judge = async (name) => {
        for (const size of SIZES) {
          await page.setViewportSize(size);
          const sideways = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
          expect(!sideways, `${name} goes sideways at ${size.width}`);
          await page.evaluate(axe);
          const { violations, passes } = await page.evaluate("axe.run()");
          const told = violations.map(({ id, help, nodes }) => `${name}: ${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`);
          expect(violations.length === 0 && passes.length > 5, told.join("\n"));
          if (PICTURES) {
            await mkdir(PICTURES, { recursive: true });
            await page.screenshot({ path: path.join(PICTURES, `${name}-${colorScheme}-${size.width}.png`), fullPage: true });
          }
        }
        await page.setViewportSize(SIZES[0]);
        judged.push(name);
      };
      const { email, key, link } = await this.#account(page);
      await page.context().clearCookies();
      await page.goto(`${this.#origin}/login`);
      await judge("login");
      await page.goto(`${this.#origin}/signup`);
      await judge("signup");
      await page.goto(`${this.#origin}/signup/sent`);
      await judge("signup-sent");
      await page.goto(link);
      await judge("signup-verify");
      await page.getByRole("button", { name: "Create account", exact: true }).click();
      await page.getByRole("alert").waitFor();
      await judge("signup-used");
      await this.#toTheKey(page);
      await judge("signup-key");
      await page.goto(await this.#askForALink(page, email));
      await judge("link");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.waitForURL(`${this.#origin}/`);
      await page.goto(`${this.#origin}/unlock`);
      await judge("unlock");
      await page.getByLabel("Master key").fill(`${key}x`);
      await page.getByRole("button", { name: "Unlock", exact: true }).click();
      await page.getByRole("alert").waitFor();
      await judge("unlock-refused");
      return judged.join(", ");
    });
  }
}

/** A mail server on this machine that takes everything. */
class MailServer {
  #server = net.createServer((socket) => this.#talk(socket));
  #mails = [];

  static async listen() {
    const mailbox = new MailServer();
    mailbox.#server.listen(0, "127.0.0.1");
    await once(mailbox.#server, "listening");
    return mailbox;
  }

  get port() {
    return this.#server.address().port;
  }

  close() {
    this.#server.close();
  }

  #talk(socket) {
    let [rest, mail, to] = ["", null, ""];
    const say = (line) => socket.write(`${line}\r\n`);
    socket.on("error", () => socket.destroy());
    socket.on("data", (data) => {
      rest += data;
      for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (mail !== null) {
          if (line !== ".") {
            mail += `${line}\n`;
            continue;
          }
          this.#mails.push({ to, mail });
          mail = null;
          say("250 taken");
        } else if (/^EHLO/i.test(line)) {
          say("250 here");
        } else if (/^RCPT TO:<([^>]*)>/i.test(line)) {
          to = /<([^>]*)>/.exec(line)[1];
          say("250 yes");
        } else if (/^DATA/i.test(line)) {
          mail = "";
          say("354 go on");
        } else if (/^QUIT/i.test(line)) {
          say("221 bye");
          socket.end();
        } else {
          say("250 yes");
        }
      }
    });
    say("220 here");
  }

  /** The link in the next mail to an address, which has one. */
  async linkTo(email) {
    for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
      const at = this.#mails.findIndex(({ to }) => to === email);
      if (at >= 0) {
        const [{ mail }] = this.#mails.splice(at, 1);
        expect(/^Content-Type: text\/html/m.test(mail) && /^Content-Type: text\/plain/m.test(mail), mail);
        return /^(http\S+)$/m.exec(plain(mail))[1];
      }
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`no mail came to ${email}`);
  }
}

/** Quoted-printable read: RFC 2045, section 6.7. */
function plain(mail) {
  const joined = mail.replace(/=\r?\n/g, "");
  return joined.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function expect(holds, what) {
  if (!holds) throw new Error(typeof what === "string" ? what : JSON.stringify(what));
}
