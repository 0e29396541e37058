import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, GRADING, files, lastRun, launch, open, pasteAll, variants } from "./setup.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const slug = "worker-pool";

test("a right solution: from the catalogue to Accepted, with the tests ticking live", async () => {
  const { page, complaints, close } = await open(browser);
  await page.goto(BASE);
  await page.locator(`a[href="/exercises/${slug}"]`).click();
  await pasteAll(page, files(slug, variants(slug, "solutions")[0]));
  await page.getByRole("button", { name: "Submit", exact: true }).click();

  // Ticks come before the verdict: a passed test is seen while the box is still busy.
  const ticks = page.locator("#live[aria-busy] td.v-passed");
  await ticks.first().waitFor({ timeout: GRADING });

  const verdict = page.locator("#live .result > .verdict");
  await verdict.waitFor({ timeout: GRADING });
  assert.match(await verdict.textContent(), /● *Accepted/);
  assert.match(await page.locator("#said").textContent(), /^Accepted: /);
  assert.ok((await page.locator("#live .tests tbody tr").count()) > 5);
  assert.deepEqual(complaints, []);
  await close();
});

test("a racy solution: DataRace with both stacks beside the source", async () => {
  const { page, complaints, close } = await open(browser);
  const racy = variants(slug, "wrong", "DataRace").find((name) => /\/racy[-_]/.test(name));
  assert.ok(racy, "worker-pool has a racy solution with both accesses in its own file");
  await page.goto(`${BASE}/exercises/${slug}`);
  await pasteAll(page, files(slug, racy));
  await page.getByRole("button", { name: "Submit", exact: true }).click();
  await page.locator("#live .result > .verdict").waitFor({ timeout: GRADING });
  assert.match(await page.locator("#live .result > .verdict").textContent(), /⇄ *DataRace/);
  // A place leads to its line in the editor, which carries the remark; others may be out of sight and not drawn.
  await page.locator("#live figure.side a.place").first().click();
  await page.locator(".cm-remark .cm-note").first().waitFor();
  assert.match(await page.locator(".cm-note").first().textContent(), /⇄ .*race; other side \w+\.go:\d+/);

  await page.getByRole("link", { name: "Full report" }).click();
  const race = page.locator(".evidence").filter({ hasText: "Data race" }).first();
  assert.equal(await race.locator("figure.side").count(), 2);
  const marked = race.locator("figure.side mark.line");
  assert.equal(await marked.count(), 2, "each side shows its line in the candidate's file");
  const [left, right] = await Promise.all([0, 1].map((i) => race.locator("figure.side").nth(i).boundingBox()));
  assert.ok(right.x > left.x + left.width - 1, "side by side on a wide screen");
  for (const i of [0, 1]) assert.ok((await race.locator("tbody tr").nth(i).locator("td").first().locator("li").count()) > 0, "a stack for each side");
  await race.locator(".place").first().click();
  assert.equal(await page.locator(".line:target").count(), 1, "a place leads to its line");
  assert.match(await page.locator("#replay").textContent(), /^assay replay [0-9a-f-]{36}$/);
  assert.deepEqual(complaints, []);
  await close();
});

test("a reload in mid-run loses nothing", async () => {
  const { page, close } = await open(browser);
  await page.goto(`${BASE}/exercises/${slug}`);
  const [first] = files(slug, variants(slug, "solutions")[0]);
  await pasteAll(page, [first]);
  await page.getByRole("button", { name: "Submit", exact: true }).click();
  await page.locator("#live .state").waitFor();
  await page.waitForFunction((key) => localStorage.getItem(key)?.includes('"id"'), `assay.runs.${slug}`);
  const id = await lastRun(page, slug);
  await page.reload();
  assert.equal(await lastRun(page, slug), id);
  const kept = await page.evaluate((key) => JSON.parse(localStorage.getItem(key)).files[0].content, `assay.draft.${slug}`);
  assert.equal(kept, first.content);
  await page.locator("#live .result > .verdict").waitFor({ timeout: GRADING });
  assert.match(await page.locator('#live a:text("Full report")').getAttribute("href"), new RegExp(id));
  await close();
});

test("without scripts the form posts and the run's page becomes the report", async () => {
  const { page, close } = await open(browser, { javaScriptEnabled: false });
  await page.goto(`${BASE}/exercises/${slug}`);
  const [first] = files(slug, variants(slug, "solutions")[0]);
  await page.getByLabel("Text of file 1").fill(first.content);
  await page.getByRole("button", { name: "Run visible" }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  await page.locator(".result > .verdict").waitFor({ timeout: GRADING });
  assert.ok(await page.locator(".line").first().isVisible(), "the files are on the page");
  await close();
});

test("without scripts a file name that is not allowed costs no code", async () => {
  const { page, close } = await open(browser, { javaScriptEnabled: false });
  await page.goto(`${BASE}/exercises/${slug}`);
  await page.getByLabel("Name of file 1").fill("Bad Name.go");
  await page.getByLabel("Text of file 1").fill("package pool // mine");
  await page.getByRole("button", { name: "Run visible" }).click();
  assert.match(await page.locator("#problem").textContent(), /Bad Name\.go/);
  assert.equal(await page.getByLabel("Text of file 1").inputValue(), "package pool // mine");
  await close();
});
