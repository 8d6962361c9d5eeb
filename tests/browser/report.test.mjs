// Reads a report as an auditor does: on a desk, on a phone, on paper, and without a network.
import assert from "node:assert/strict";
import { test } from "node:test";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { open, screens } from "./browser.mjs";

assert.ok(process.env.REPORT_DIR, "REPORT_DIR names the folder that `countersign audit` wrote");
const report = pathToFileURL(path.resolve(process.env.REPORT_DIR, "index.html")).href;
const narrow = { width: 360, height: 740 };

/** Returns how many rows of the register are to be seen. */
const shown = (page) => page.locator(".change:not([hidden])").count();

test("exceptions come before conclusions, and those are called proposed", async (t) => {
  const page = await open(t, report);
  const titles = await page.locator("main h2").allTextContents();
  assert.deepEqual(titles.slice(0, 3), ["Summary", "Exceptions", "Proposed conclusions"]);
});

test("the register filters by text and by every select, and counts what is left", async (t) => {
  const page = await open(t, report);
  const all = await page.locator(".change").count();
  assert.ok(all > 0, "the report has changes");
  assert.equal(await shown(page), all);

  const commit = await page.locator(".change").last().getAttribute("id");
  await page.getByLabel("Subject, author, commit or request").fill(commit.slice(2));
  assert.equal(await shown(page), 1);
  assert.equal(await page.locator("#f-count").textContent(), `1 of ${all}`);

  await page.getByRole("button", { name: "Show all" }).click();
  await page.waitForFunction(() => !document.querySelector(".change[hidden]"));
  for (const key of ["landed", "outcome", "risk", "verdict"]) {
    const value = (await page.locator(".change").first().getAttribute(`data-${key}`)).split(" ")[0];
    if (!value) continue;
    await page.locator(`#f-${key}`).selectOption(value);
    const fits = await page.locator(`.change[data-${key}~="${value}"]`).count();
    assert.equal(await shown(page), fits, key);
    await page.locator(`#f-${key}`).selectOption("");
  }
});

test("an exception leads to the facts, the decision and the digest of its evidence", async (t) => {
  const page = await open(t, report);
  const link = page.locator("a.evidence").first();
  if ((await link.count()) === 0) return t.skip("the report has no exception");
  await page.getByLabel("Subject, author, commit or request").fill("no such change");
  const commit = (await link.getAttribute("href")).slice(3);
  await link.click();
  const row = page.locator(`[id="c-${commit}"]`);
  await row.locator("table").waitFor({ state: "visible" });
  assert.match(await row.textContent(), /evidence\/[0-9a-f]{64}\.json/);
  assert.ok((await row.locator(".chip.bad").count()) > 0, "the missed rule is named");
});

test("an address with twelve characters of a commit opens its row", async (t) => {
  const first = await open(t, report);
  const id = await first.locator(".change").first().getAttribute("id");
  const page = await open(t, `${report}#${id.slice(0, 14)}`);
  assert.ok(await page.locator(`[id="${id}"]`).evaluate((row) => row.open));
});

for (const [name, screen] of Object.entries({ ...screens, narrow })) {
  test(`nothing makes the page scroll sideways on a screen: ${name}`, async (t) => {
    const page = await open(t, report, screen);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= screen.width, `${width} of ${screen.width}`);
  });
}

test("it prints, with a line a change and the filter left out", async (t) => {
  const page = await open(t, report);
  const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("#filter").isVisible(), false);
  assert.equal(await page.locator(".paper").isVisible(), true);
  assert.equal(await page.locator(".change[open]").count(), 0);
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds no fault, ${colorScheme}`, async (t) => {
    const axe = await import("axe-core").catch(() => null);
    if (!axe) return t.skip("axe-core is not installed");
    const page = await open(t, report);
    await page.emulateMedia({ colorScheme });
    // Through the debugger, since the page's own policy lets no other script in.
    await page.evaluate(axe.default.source);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    assert.deepEqual(violations.map((one) => [one.id, one.nodes[0].html]), []);
  });
}
