// Signing up and signing in with links that are read from a mail server, in a real browser, with scripts and without.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import net from "node:net";
import { expect, fill, heading, inChromium, inEveryLook, judge, PATIENCE_MS, press } from "./browser.mjs";
import { install } from "./oauth/server.mjs";

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
  const { origin } = new URL(server.url);
  try {
    await inChromium((browser) => tell(tally, new Story(origin, mailbox, browser)));
  } finally {
    mailbox.close();
    await server.stop();
  }
}

async function tell(tally, story) {
  for (const scripts of [false, true]) {
    const how = scripts ? "with scripts" : "without scripts";
    await tally.check(`a stranger signs up with a link from the mailbox, ${how}`, () => story.signUp(scripts));
    await tally.check(`a link signs in to a locked session, and the master key unlocks it, ${how}`, () => story.signIn(scripts));
    await tally.check(`an account is reached at another address once its link is used, ${how}`, () => story.changeAddress(scripts));
  }
  await inEveryLook(tally, (look) => story.audit(look));
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

  #page(options, body) {
    return this.#browser.page(options, body);
  }

  /** Signs up as far as the page that shows the key: the address and the key. */
  async #toTheKey(page) {
    const email = `ada${(this.#accounts += 1)}@example.com`;
    await page.goto(`${this.#origin}/login`);
    await page.getByRole("link", { name: "Create an account" }).click();
    await heading(page, "Create an account");
    await page.getByLabel("E-mail").fill(email);
    await press(page, "Create account");
    await page.getByText("Look into your mailbox").waitFor();
    const link = await this.#mailbox.linkTo(email);
    expect(link.startsWith(`${this.#origin}/signup/verify/`), link);
    // A program that looks through the mail opens it first.
    expect((await fetch(link)).status === 200, "the link does not open");
    await page.goto(link);
    await page.getByLabel("Name").fill("Blue Harbor");
    await press(page, "Create account");
    const field = page.getByLabel("Master key");
    await field.waitFor();
    expect((await field.getAttribute("readonly")) !== null, "the key can be changed");
    return { email, key: await field.inputValue(), link };
  }

  async #account(page) {
    const { email, key, link } = await this.#toTheKey(page);
    await page.getByLabel("I have saved it").check();
    await press(page, "Continue");
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
        press(page, "Download"),
      ]);
      const file = await readFile(await download.path(), "utf8");
      expect(file.trim() === key && download.suggestedFilename().endsWith(".txt"), download.suggestedFilename());
      await page.getByLabel("I have saved it").check();
      await go.click();
      await this.#signedIn(page);
      await page.goto(link);
      await press(page, "Create account");
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
      await press(page, "Sign in");
      await this.#signedIn(page);
      await page.goto(`${this.#origin}/unlock`);
      await heading(page, "Unlock");
      await page.getByLabel("Master key").fill(`${key.slice(0, -1)}~`);
      await press(page, "Unlock");
      await page.getByRole("alert").waitFor();
      expect((await page.getByLabel("Master key").inputValue()) === "", "the key came back");
      await page.getByLabel("Master key").fill(key);
      await press(page, "Unlock");
      await this.#signedIn(page);
      await page.goto(`${this.#origin}/unlock`);
      expect(page.url() === `${this.#origin}/`, "the session is still locked");
    });
  }

  /** Asks on the page Settings for a link to another address. */
  async #askToChange(page, key, email) {
    await page.goto(`${this.#origin}/settings`);
    await fill(page, { "E-mail": email, "Master key": key });
    await press(page, "Send the link");
  }

  changeAddress(javaScriptEnabled) {
    return this.#page({ javaScriptEnabled }, async (page) => {
      const { email, key } = await this.#account(page);
      const next = `new-${email}`;
      await this.#askToChange(page, `${key.slice(0, -1)}~`, next);
      await page.getByRole("alert").waitFor();
      const field = page.getByLabel("E-mail", { exact: true });
      expect((await field.inputValue()) === next, "what was typed is gone");
      expect((await page.getByLabel("Master key", { exact: true }).inputValue()) === "", "the key came back");

      await this.#askToChange(page, key, next);
      await page.getByText("Look into the mailbox of the new address").waitFor();
      await page.getByText(`${next} takes its place`).waitFor();
      expect(/about to change/.test(await this.#mailbox.next(email)), "the present address is not told");
      const link = await this.#mailbox.linkTo(next);
      expect(link.startsWith(`${this.#origin}/settings/email/`), link);
      // A program that looks through the mail opens it first.
      expect((await fetch(link)).status === 200, "the link does not open");
      await page.goto(`${this.#origin}/settings`);
      await page.getByText(email, { exact: true }).waitFor();

      // Mail is read in a browser in which nobody is signed in.
      await this.#page({ javaScriptEnabled }, async (elsewhere) => {
        await elsewhere.goto(link);
        await press(elsewhere, "Use this address");
        await elsewhere.getByText("is reached at that address now").waitFor();
      });
      expect(/was changed/.test(await this.#mailbox.next(email)), "the former address is not told");
      await page.goto(`${this.#origin}/settings`);
      await page.getByText(next, { exact: true }).waitFor();
      await page.goto(link);
      await press(page, "Use this address");
      await page.getByRole("alert").waitFor();
      await page.context().clearCookies();
      await page.goto(await this.#askForALink(page, next));
      await press(page, "Sign in");
      await this.#signedIn(page);
    });
  }

  async #askForALink(page, email) {
    await page.goto(`${this.#origin}/login`);
    await page.getByLabel("E-mail").fill(email);
    await press(page, "Send me a link");
    await page.getByText("Look into your mailbox").waitFor();
    const link = await this.#mailbox.linkTo(email);
    expect(link.startsWith(`${this.#origin}/login/link/`), link);
    return link;
  }

  audit(look) {
    return this.#page(look, async (page) => {
      const { email, key, link } = await this.#account(page);
      await page.context().clearCookies();
      await page.goto(`${this.#origin}/login`);
      await judge(page, "login");
      await page.goto(`${this.#origin}/signup`);
      await judge(page, "signup");
      await page.goto(`${this.#origin}/signup/sent`);
      await judge(page, "signup-sent");
      await page.goto(link);
      await judge(page, "signup-verify");
      await press(page, "Create account");
      await page.getByRole("alert").waitFor();
      await judge(page, "signup-used");
      await this.#toTheKey(page);
      await judge(page, "signup-key");
      await page.goto(await this.#askForALink(page, email));
      await judge(page, "link");
      await press(page, "Sign in");
      await page.waitForURL(`${this.#origin}/`);
      await page.goto(`${this.#origin}/unlock`);
      await judge(page, "unlock");
      await page.getByLabel("Master key").fill(`${key}x`);
      await press(page, "Unlock");
      await page.getByRole("alert").waitFor();
      await judge(page, "unlock-refused");
      await page.goto(`${this.#origin}/settings`);
      await judge(page, "settings-locked");
      await page.goto(`${this.#origin}/unlock`);
      await page.getByLabel("Master key").fill(key);
      await press(page, "Unlock");
      await page.waitForURL(`${this.#origin}/`);
      await this.#askToChange(page, key, `new-${email}`);
      await page.getByText("takes its place").waitFor();
      await judge(page, "settings-asked");
      await page.goto(await this.#mailbox.linkTo(`new-${email}`));
      await judge(page, "settings-email");
      await page.goto(`${this.#origin}/settings/email`);
      await judge(page, "settings-email-done");
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
    const mail = await this.next(email);
    return /^(http\S+)$/m.exec(mail)[1];
  }

  /** The next mail to an address. */
  async next(email) {
    for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
      const at = this.#mails.findIndex(({ to }) => to === email);
      if (at >= 0) {
        const [{ mail }] = this.#mails.splice(at, 1);
        expect(/^Content-Type: text\/html/m.test(mail) && /^Content-Type: text\/plain/m.test(mail), mail);
        return plain(mail);
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
