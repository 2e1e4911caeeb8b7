// Chromium for the stories of the pages: a page of a person who was nowhere yet, what people do on pages again and again, and
// how a page is judged.

import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.E2E_CHROMIUM ?? "chromium";
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** A folder for pictures of the pages that are judged; none are taken without. */
const PICTURES = process.env.E2E_PICTURES;
export const PATIENCE_MS = 15_000;
/** A phone and a desktop, in pixels. */
const WIDTHS = [390, 1280];
/** What a page looks like: by day and by night, on a phone and a desktop. Options of a browser's context. */
const LOOKS = ["light", "dark"].flatMap((colorScheme) => WIDTHS.map((width) => ({ colorScheme, viewport: { width, height: 900 } })));

/** Starts Chromium for `body` and ends it afterwards, however that ends. */
export async function inChromium(body, { args = [] } = {}) {
  const executablePath = (await promisify(execFile)("sh", ["-c", `command -v "$0"`, CHROMIUM])).stdout.trim();
  const chrome = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage", ...args] });
  try {
    return await body(new Browser(chrome));
  } finally {
    await chrome.close();
  }
}

class Browser {
  #chrome;

  constructor(chrome) {
    this.#chrome = chrome;
  }

  /**
   * A page in a browser that has been nowhere yet, but for `cookies`; the other options are those of a context. What the page's
   * scripts complain about fails the story, unless it is told to be `patient`: refused forms (4xx) are no such thing.
   */
  async page({ cookies, patient = false, ...options }, body) {
    const context = await this.#chrome.newContext({ permissions: ["clipboard-read", "clipboard-write"], acceptDownloads: true, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    try {
      if (cookies) await context.addCookies(cookies);
      const page = await context.newPage();
      const faults = [];
      page.on("console", (message) => message.type() === "error" && !/status of 4\d\d/.test(message.text()) && faults.push(message.text()));
      page.on("pageerror", (error) => faults.push(String(error)));
      const told = await body(page, context);
      expect(patient || faults.length === 0, faults);
      return told;
    } finally {
      await context.close();
    }
  }
}

/** Has a story look at its pages in every look there is. */
export async function inEveryLook(tally, audit) {
  for (const look of LOOKS) {
    const how = `${look.colorScheme}, ${look.viewport.width}`;
    await tally.check(`axe finds nothing, nothing is wider than the page, the focus is seen, ${how}`, () => audit(look));
  }
}

/** What must hold of every page as it stands: axe finds nothing, it does not go sideways, and who goes by keyboard sees where he is. */
export async function judge(page, name) {
  const { width } = page.viewportSize();
  const dark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  if (PICTURES) {
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: path.join(PICTURES, `${name}-${dark ? "dark" : "light"}-${width}.png`), fullPage: true });
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide <= 0, `${name} is ${wide} pixels wider than the page`);
  const away = await page.evaluate(outOfSight);
  expect(away.length === 0, `${name}: one has to scroll sideways to ${away.join(" ")}`);
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate("axe.run()");
  const told = violations.map(({ id, help, nodes }) => `${name}: ${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`);
  expect(violations.length === 0 && passes.length > 5, told.join("\n") || `${name}: axe looked at nothing`);
  // Browsers show the focus where the keyboard was used last.
  await page.keyboard.press("Tab");
  const { tried, seen, hidden } = await page.evaluate(focused);
  expect(hidden.length === 0, `${name}: the focus is not seen on ${hidden.join(" ")}`);
  expect(seen > 0 || tried === 0, `${name}: nothing takes the focus`);
}

/** In the page: buttons of rows that are not in sight, since the table is wider than its place. */
function outOfSight() {
  const buttons = [...document.querySelectorAll(".table td button")].filter((button) => button.checkVisibility());
  const isAway = (button) => {
    const [place, frame] = [button.getBoundingClientRect(), button.closest(".table").getBoundingClientRect()];
    return place.left < frame.left || place.right > frame.right;
  };
  return buttons.filter(isAway).map((button) => button.textContent);
}

/** In the page: how many elements are there to be used, on how many the focus is seen, and on which it is not. */
function focused() {
  const before = document.activeElement;
  const [hidden, all] = [[], document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
  let [tried, seen] = [0, 0];
  for (const element of all) {
    if (element.disabled || !element.checkVisibility({ visibilityProperty: true })) continue;
    tried += 1;
    element.focus({ preventScroll: true });
    if (document.activeElement !== element) continue;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const shown = (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    if (shown) seen += 1;
    else hidden.push(element.outerHTML.slice(0, 200));
  }
  before?.focus?.({ preventScroll: true });
  return { tried, seen, hidden };
}

/** Signs in on the page that asks for the master key. */
export async function signIn(page, key) {
  await page.getByLabel("Master key", { exact: true }).fill(key);
  await press(page, "Sign in");
}

/** Fills in fields by their labels. */
export async function fill(page, fields) {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
}

/** Presses the button of this name. */
export function press(page, name) {
  return page.getByRole("button", { name, exact: true }).click();
}

/** Waits for the page with this heading. */
export function heading(page, name) {
  return page.getByRole("heading", { name, level: 1, exact: true }).waitFor();
}

export async function until(holds, what) {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function expect(holds, told) {
  if (!holds) throw new Error(`unexpected: ${typeof told === "string" ? told : JSON.stringify(told)}`);
}
