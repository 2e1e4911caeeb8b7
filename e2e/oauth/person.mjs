// A person at a browser without JavaScript: opens an authorization URL, signs in with a master key, agrees to what is ticked,
// for all stores, and is sent back to the client. Everything is found as a person finds it, by labels and buttons.
//
//   node person.mjs CONFIG URL           goes back to the client, as a browser does
//   node person.mjs --stay CONFIG URL    prints the address that leads back instead
//
// CONFIG is a JSON file: { "key": "odmk_…", "log": "FILE" }. Clients are given the URL of a sign-in and no key.

import { appendFile, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parse } from "node-html-parser";

/** The most pages on the way from the first to the client: sign-in, consent, and what leads from one to the other. */
const MOST_STEPS = 8;
/** How long a client may take until it listens at its own address. */
const PATIENCE_MS = 10_000;

/** Signs in and agrees; answers the address that leads back to the client, and what the consent page said. */
export async function approve(url, { key, button = "Allow" }) {
  const browser = new Browser(new URL(url).origin);
  let page = await browser.open("GET", url);
  let told;
  for (let step = 0; step < MOST_STEPS && !page.leaves; step += 1) {
    const heading = page.document.querySelector("h1")?.text.trim();
    const refusal = page.document.querySelector("[role=alert]");
    if (refusal) throw new Error(`refused: ${words(refusal)}`);
    if (page.field("Master key")) {
      page.fill("Master key", "master_key", key);
      page = await page.press("Sign in");
    } else if (heading?.startsWith("Connect ")) {
      told = { heading, scopes: page.ticked("scope") };
      page.tick("All stores, also later ones", "store", "*");
      page = await page.press(button);
    } else {
      throw new Error(`neither a sign-in nor a consent page: ${words(page.document).slice(0, 500)}`);
    }
  }
  if (!page.leaves) throw new Error(`${MOST_STEPS} pages, and no way back to the client`);
  return { back: page.leaves, told };
}

/** Goes back to the client, which may not listen yet. */
export async function follow(back) {
  for (const until = performance.now() + PATIENCE_MS; ; await sleep(200)) {
    try {
      const response = await fetch(back);
      return { status: response.status, text: await response.text() };
    } catch (error) {
      if (error?.cause?.code !== "ECONNREFUSED" || performance.now() > until) throw error;
    }
  }
}

class Browser {
  #origin;
  #cookies = new Map();

  constructor(origin) {
    this.#origin = origin;
  }

  /** Opens a page, following redirects within the server's origin. One that leads elsewhere is not followed. */
  async open(method, url, body) {
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const headers = { Accept: "text/html" };
      if (this.#cookies.size > 0) headers.Cookie = [...this.#cookies].map((pair) => pair.join("=")).join("; ");
      if (body) Object.assign(headers, { Origin: this.#origin, Referer: String(url) });
      const response = await fetch(url, { method, headers, body, redirect: "manual" });
      for (const line of response.headers.getSetCookie()) this.#keep(line);
      if (response.status < 300 || response.status > 399) return this.#page(url, response);
      // 303, and in browsers 302 too, turn a form's POST into a GET.
      if (body && ![302, 303].includes(response.status)) throw new Error(`a form was answered with ${response.status}`);
      [method, body, url] = ["GET", undefined, new URL(response.headers.get("location"), url)];
      if (url.origin !== this.#origin) return { leaves: url.href };
    }
    throw new Error(`${MOST_STEPS} redirects in a row`);
  }

  #keep(line) {
    const [pair, ...attributes] = line.split(";");
    const at = pair.indexOf("=");
    const gone = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
    if (gone) this.#cookies.delete(pair.slice(0, at).trim());
    else this.#cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }

  async #page(url, response) {
    const text = await response.text();
    const type = response.headers.get("content-type") ?? "";
    if (!type.startsWith("text/html")) throw new Error(`${url} is ${response.status}, ${type}: ${text.slice(0, 500)}`);
    const document = parse(text);
    if (response.status !== 200) throw new Error(`${url} is ${response.status}: ${words(document).slice(0, 500)}`);
    return new Page(this, new URL(url), document);
  }
}

class Page {
  #browser;
  #url;
  #typed = new Map();

  constructor(browser, url, document) {
    this.#browser = browser;
    this.#url = url;
    this.document = document;
  }

  /** The field that a label with this text belongs to. */
  field(text) {
    const label = this.document.querySelectorAll("label").find((label) => words(label).startsWith(text));
    const id = label?.getAttribute("for");
    return (id ? this.document.getElementById(id) : label?.querySelector("input")) ?? undefined;
  }

  #named(text, name) {
    const field = this.field(text);
    if (!field) throw new Error(`no field is labelled ${text}`);
    if (field.getAttribute("name") !== name) throw new Error(`${text} is named ${field.getAttribute("name")}, not ${name}`);
    return field;
  }

  fill(text, name, value) {
    this.#typed.set(this.#named(text, name), value);
  }

  tick(text, name, value) {
    const box = this.#named(text, name);
    if (box.getAttribute("value") !== value) throw new Error(`${text} stands for ${box.getAttribute("value")}, not ${value}`);
    box.setAttribute("checked", "");
  }

  ticked(name) {
    const boxes = this.document.querySelectorAll("input[type=checkbox]").filter((box) => box.getAttribute("name") === name);
    return boxes.filter((box) => box.hasAttribute("checked")).map((box) => box.getAttribute("value"));
  }

  /** Sends the form of the button with this name, as a browser would: what is successful in it, and the button itself. */
  async press(name) {
    const button = this.document.querySelectorAll("button").find((button) => words(button) === name);
    const form = button?.closest("form");
    if (!form) throw new Error(`no form has a button ${name}`);
    if (form.getAttribute("method")?.toLowerCase() !== "post") throw new Error(`the form of ${name} is not posted`);
    const body = new URLSearchParams();
    for (const input of form.querySelectorAll("input")) {
      const type = input.getAttribute("type") ?? "text";
      const left = ["checkbox", "radio"].includes(type) && !input.hasAttribute("checked");
      if (!input.getAttribute("name") || input.hasAttribute("disabled") || left) continue;
      body.append(input.getAttribute("name"), this.#typed.get(input) ?? input.getAttribute("value") ?? (type === "checkbox" ? "on" : ""));
    }
    if (button.getAttribute("name")) body.append(button.getAttribute("name"), button.getAttribute("value") ?? "");
    const action = new URL(form.getAttribute("action") || this.#url.href, this.#url);
    return this.#browser.open("POST", action, body);
  }
}

function words(element) {
  return element.text.replace(/\s+/g, " ").trim();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const stay = process.argv[2] === "--stay";
  const [file, ...rest] = process.argv.slice(stay ? 3 : 2);
  // Some programs hand a browser options of its own.
  const url = rest.find((word) => /^https?:/.test(word));
  const config = JSON.parse(await readFile(file, "utf8"));
  const note = (text) => appendFile(config.log, `${text}\n`);
  try {
    await note(`open ${url}`);
    const { back, told } = await approve(url, config);
    await note(`${told?.heading ?? "no consent page"}; ticked: ${told?.scopes.join(" ")}`);
    if (stay) {
      console.log(back);
    } else {
      const { status } = await follow(back);
      await note(`the client answered ${status}`);
    }
  } catch (error) {
    await note(String(error?.stack ?? error));
    console.error(String(error));
    process.exitCode = 1;
  }
}
