import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, GRADING, files, lastRun, launch, open, paste, serious } from "./setup.mjs";

const slug = "select-deadlock";
const PHONE = { width: 390, height: 844 };

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Saves `content` on the server as the workbench does; the draft log is what playback shows. */
async function save(page, from, content) {
  const status = await page.evaluate(
    async ([slug, from, content]) => {
      const body = JSON.stringify({ from, files: [{ path: "main.go", content }] });
      return (await fetch(`/api/drafts/${slug}`, { method: "PUT", headers: { "content-type": "application/json" }, body })).status;
    },
    [slug, from, content],
  );
  assert.equal(status, 200);
}

/** Hands `content` in from the page and waits for its verdict; the id. */
async function handIn(page, content) {
  const id = await page.evaluate(
    async ([slug, content]) => {
      const body = JSON.stringify({ exercise: slug, files: [{ path: "main.go", content }] });
      const answer = await fetch("/api/submissions", { method: "POST", headers: { "content-type": "application/json" }, body });
      return (await answer.json()).id;
    },
    [slug, content],
  );
  const until = Date.now() + GRADING;
  for (;;) {
    const state = await page.evaluate(async (id) => (await (await fetch(`/api/submissions/${id}`)).json()).state, id);
    if (state === "finished") return id;
    assert.notEqual(state, "faulted");
    assert.ok(Date.now() < until, "graded in time");
    await page.waitForTimeout(250);
  }
}

const wrong = files(slug, "wrong/main-returns")[0].content;
const right = files(slug, "solutions/forgotten-make")[0].content;

async function looks(page, name) {
  assert.deepEqual(await serious(page), [], name);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${name} is ${wider} px too wide`);
}

test("wrong, then right: strip, two beside each other, designs, playback, by keyboard and on a phone", async () => {
  const { page, complaints, close } = await open(browser);
  await page.goto(`${BASE}/exercises/${slug}/designs`);
  assert.match(await page.locator("main").textContent(), /open once a submit of yours/);

  // Without a draft of its own on the server nobody is known: the first save makes the visitor.
  await page.goto(`${BASE}/exercises/${slug}/playback`);
  assert.match(await page.locator("main").textContent(), /No draft of yours/);
  await save(page, 0, "package main\n");
  await save(page, 1, wrong);
  const first = await handIn(page, wrong);
  await save(page, 2, right);
  const second = await handIn(page, right);

  await page.goto(`${BASE}/exercises/${slug}`);
  await page.getByRole("link", { name: "History" }).click();
  await page.waitForURL(/\/attempts$/);
  const marks = await page.locator(".marks li").allTextContents();
  assert.deepEqual(marks.map((m) => m.trim()), ["✕Failed", "●Accepted"]);
  await looks(page, "attempts");

  // The last two are chosen already; the button is reached by keyboard.
  await page.getByRole("radio", { name: "Attempt 2 as the second" }).focus();
  for (let tabs = 0; !(await page.evaluate(() => document.activeElement.matches("form button"))); tabs++) {
    assert.ok(tabs < 20, "the button is reached");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`/runs/${first}/against/${second}$`));
  const told = await page.locator(".told li").allTextContents();
  assert.match(told[0], /^From Failed to Accepted\./);
  assert.ok((await page.locator(".lines ins").count()) > 0, "added words are marked");
  await looks(page, "against");
  await page.keyboard.press("]");
  assert.ok(await page.evaluate(() => document.activeElement.classList.contains("change")), "] goes to the changed file");
  await page.getByRole("link", { name: "Show every line" }).click();
  assert.equal(await page.locator(".lines .folded").count(), 0);

  await page.goto(`${BASE}/exercises/${slug}/designs`);
  const designs = page.locator(".designs a");
  assert.ok((await designs.count()) > 1);
  await designs.first().click();
  await page.locator(".lines").first().waitFor();
  await looks(page, "design");

  await page.goto(`${BASE}/exercises/${slug}/playback`);
  const title = page.locator("#step-title");
  assert.match(await title.textContent(), /Save 3 of 3/);
  await page.getByRole("slider", { name: "Save" }).focus();
  await page.keyboard.press("ArrowLeft");
  await title.filter({ hasText: "Save 2 of 3" }).waitFor();
  assert.match(await page.locator("#step").textContent(), /Handed in with this/);
  assert.match(page.url(), /revision=2/);
  await page.getByRole("button", { name: "Previous" }).press("Enter");
  await title.filter({ hasText: "Save 1 of 3" }).waitFor();
  await page.getByRole("button", { name: "Play" }).press("Enter");
  await title.filter({ hasText: "Save 3 of 3" }).waitFor();
  await page.getByRole("button", { name: "▶ Play" }).waitFor();
  await looks(page, "playback");

  await page.setViewportSize(PHONE);
  for (const path of [`/exercises/${slug}/attempts`, `/runs/${first}/against/${second}`, `/exercises/${slug}/designs`, `/exercises/${slug}/playback`]) {
    await page.goto(BASE + path);
    await looks(page, `${path} on a phone`);
  }
  await page.goto(`${BASE}/runs/${first}/against/${second}?lines=all`);
  const sides = await page.locator(".lines tr.changed").evaluateAll((rows) =>
    rows.flatMap((r) => {
      const [left, right] = [r.querySelector("td.l:not(.r):not(.none)"), r.querySelector("td.l.r:not(.none)")];
      return left && right ? [right.getBoundingClientRect().top >= left.getBoundingClientRect().bottom - 1] : [];
    }),
  );
  assert.ok(sides.every(Boolean), "one side under the other");
  // Chromium tells a refused page (403) as an error.
  assert.deepEqual(complaints.filter((c) => !c.includes("403")), []);
  await close();
});

test("without scripts: choose two, and go from save to save by links", async () => {
  const scripted = await open(browser);
  await scripted.page.goto(`${BASE}/exercises`);
  await save(scripted.page, 0, "package main\n");
  await save(scripted.page, 1, wrong);
  await handIn(scripted.page, wrong);
  await handIn(scripted.page, wrong.replace("package main", "// again\npackage main"));
  const storageState = await scripted.page.context().storageState();
  await scripted.close();

  const { page, close } = await open(browser, { javaScriptEnabled: false, storageState });
  await page.goto(`${BASE}/exercises/${slug}/attempts`);
  await page.getByRole("button", { name: "beside each other" }).click();
  await page.waitForURL(/\/against\//);
  assert.match(await page.locator(".told").textContent(), /Both are/);
  await page.goto(`${BASE}/exercises/${slug}/playback`);
  assert.ok(!(await page.locator("#player").isVisible()));
  await page.getByRole("link", { name: "← Save 1" }).click();
  assert.match(await page.locator("#step-title").textContent(), /Save 1 of 2/);
  await close();
});

test("evidence: as text, and from one to the next by [ and ]", async () => {
  const { page, close } = await open(browser);
  await page.goto(`${BASE}/exercises/${slug}`);
  await paste(page, wrong);
  await page.getByRole("button", { name: "Submit", exact: true }).click();
  await page.locator("#live .result > .verdict").waitFor({ timeout: GRADING });
  await page.goto(`${BASE}/runs/${await lastRun(page, slug)}`);
  await page.locator("h1").click();
  await page.keyboard.press("]");
  assert.equal(await page.evaluate(() => document.activeElement.id), "evidence-1");
  await page.keyboard.press("[");
  assert.equal(await page.evaluate(() => document.activeElement.id), "evidence-1", "the first stays");
  const text = await page.locator("#text-1").textContent();
  assert.match(text, /^Not shown: /);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy as text" }).first().click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
  await close();
});
