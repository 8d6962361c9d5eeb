// Reads a report as an auditor does: on a desk, on a phone, on paper, and without a network.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import path from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { open, screens } from "./browser.mjs";

assert.ok(process.env.REPORT_DIR, "REPORT_DIR names the folder that `countersign audit` wrote");
const report = pathToFileURL(path.resolve(process.env.REPORT_DIR, "index.html")).href;
const narrow = { width: 360, height: 740 };

/** Returns how many rows of the register are to be seen. */
const shown = (page) => page.locator(".change:not([hidden])").count();

/** Opens the first rows of the register, since what is closed takes no room and is not looked at. */
const unfold = (page) =>
  page.evaluate(() => Array.from(document.querySelectorAll(".change")).slice(0, 20).forEach((row) => (row.open = true)));

/** Leaves the first rows of the register, all of them drawn: what a browser has not drawn yet has no place on the page. */
const draw = (page) =>
  page.evaluate(() =>
    Array.from(document.querySelectorAll(".change")).forEach((row, place) => {
      row.hidden = place >= 20;
      row.style.contentVisibility = "visible";
    }),
  );

test("exceptions come before conclusions, and those are called proposed", async (t) => {
  const page = await open(t, report);
  const titles = await page.locator("main h2").allTextContents();
  const first = ["Summary", "Exceptions", "Exception windows", "Proposed conclusions"];
  assert.deepEqual(titles.slice(0, 4), first);
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

test("an exception leads to its decision, and on to the line of the evidence that it rests on", async (t) => {
  const page = await open(t, report);
  const link = page.locator("a.evidence").first();
  assert.ok((await link.count()) > 0, "the report has an exception");
  await page.getByLabel("Subject, author, commit or request").fill("no such change");
  assert.equal(await shown(page), 0);
  const commit = (await link.getAttribute("href")).slice("#c-".length);
  await link.click();
  const row = page.locator(`[id="c-${commit}"]`);
  await row.locator("table").waitFor({ state: "visible" });
  assert.ok((await row.locator(".chip.bad").count()) > 0, "the missed rule is named");

  const href = await row.locator('a[href^="evidence/"]').getAttribute("href");
  const [, digest] = href.match(/^evidence\/([0-9a-f]{64})\.jsonl$/);
  const bytes = await readFile(new URL(href, report));
  assert.equal(createHash("sha256").update(bytes).digest("hex"), digest);
  const lines = bytes.toString().trimEnd().split("\n");
  const facts = lines.map((line) => JSON.parse(line)).filter((line) => line.commit === commit);
  assert.equal(facts.length, 1, `${href} has one line of ${commit}`);
  const subject = await row.locator(".subject").textContent();
  assert.equal(facts[0].subject.trim(), subject.trim());
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
    await unfold(page);
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
  for (const [name, screen] of Object.entries(screens)) {
    test(`axe finds no fault: ${colorScheme}, ${name}`, async (t) => {
      const page = await open(t, report, screen);
      await page.emulateMedia({ colorScheme });
      await unfold(page);
      await draw(page);
      // Through the debugger, since the page's own policy lets no other script in.
      await page.evaluate(axe.source);
      const { passes, violations } = await page.evaluate(() => globalThis.axe.run());
      assert.ok(passes.length > 20, `${passes.length} rules were tried`);
      assert.deepEqual(violations.map((one) => [one.id, one.nodes[0].html]), []);
    });
  }
}
