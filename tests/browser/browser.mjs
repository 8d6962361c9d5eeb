// Opens a page in the machine's own Chromium, for tests of the HTML report.
import { chromium } from "playwright-core";

// CHROMIUM names another browser where Debian's is not.
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

// No sandbox, since containers have none to offer; nothing in the background, since a test must not depend on a network.
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The screens that the report is read on, in CSS pixels. */
export const screens = {
  desk: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
};

/**
 * Opens a file in a new page and closes the browser when the test ends.
 *
 * A page that asks any server for anything, that logs an error or that throws fails the test: the report is one
 * self-contained file.
 *
 * @param {import("node:test").TestContext} t the test
 * @param {string} url the page, as a `file:` URL
 * @param {{ width: number, height: number }} screen one of `screens`
 * @returns {Promise<import("playwright-core").Page>} the loaded page
 */
export async function open(t, url, screen = screens.desk) {
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage({ viewport: screen });
  const faults = [];
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) faults.push(`asked for ${request.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`logged ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`threw ${error.message}`));
  t.after(async () => {
    await browser.close();
    if (faults.length > 0) throw new Error(`the page ${faults.join("; ")}`);
  });
  await page.goto(url);
  return page;
}
