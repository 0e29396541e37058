import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, GRADING, files, launch, open, pasteAll, serious, variants } from "./setup.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

// The quickest to be graded, as it has no tests.
const slug = "select-deadlock";
const PHONE = { width: 390, height: 844 };

/** The word for an exercise's state in the catalogue. */
async function stage(page) {
  await page.goto(`${BASE}/exercises?q=${slug}`);
  const row = page.locator("tr").filter({ has: page.locator(`a[href="/exercises/${slug}"]`) });
  return (await row.locator(".stage").textContent()).trim();
}

async function solve(page) {
  await page.goto(`${BASE}/exercises/${slug}`);
  await pasteAll(page, files(slug, variants(slug, "solutions")[0]));
  await page.getByRole("button", { name: "Submit", exact: true }).click();
  const verdict = page.locator("#live .result > .verdict");
  await verdict.waitFor({ timeout: GRADING });
  assert.match(await verdict.textContent(), /Accepted/);
}

test("hints open one by one, and count beside the run", async () => {
  const { page, complaints, close } = await open(browser);
  await page.goto(`${BASE}/exercises/${slug}`);
  await page.locator(".cm-content").waitFor();
  const hints = page.locator("#hints");
  assert.match(await hints.textContent(), /None of \d opened/);
  assert.equal(await hints.locator("details").count(), 0, "no text of a hint is on the page");

  const button = page.getByRole("button", { name: "Show hint 1" });
  await button.focus();
  await page.keyboard.press("Enter");
  await page.locator("#hint-1[open] .prose").waitFor();
  assert.ok(await page.evaluate(() => document.activeElement.closest("#hint-1")), "the focus is on the hint");
  assert.equal(await page.locator("#live .result, #live .state").count(), 0, "nothing was run");
  await page.getByRole("button", { name: "Show hint 2" }).click();
  await page.locator("#hint-2[open]").waitFor();
  assert.equal(await page.locator("#hint-1[open]").count(), 1, "what was open stays open");
  assert.deepEqual(await serious(page), []);

  await solve(page);
  await page.getByRole("link", { name: "Full report" }).click();
  await page.getByText("2 hints opened before this").waitFor();
  await page.goto(`${BASE}/progress`);
  await page.locator("tr", { hasText: "2 hints opened before this" }).first().waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test("solved here, said in the catalogue, and taken along to another browser that has work of its own", async () => {
  const [here, there] = [await open(browser), await open(browser)];
  assert.match(await stage(here.page), /^○ *new$/);
  await solve(here.page);
  assert.match(await stage(here.page), /^● *solved$/);
  await here.page.goto(`${BASE}/exercises/${slug}`);
  await here.page.getByText("Afterwards: you solved this").click();
  await here.page.locator("details.debrief .prose").waitFor();

  await here.page.goto(`${BASE}/progress`);
  assert.deepEqual(await serious(here.page), []);
  await here.page.getByRole("button", { name: "Make a code" }).click();
  const code = await here.page.locator("#code-made").textContent();
  assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  assert.deepEqual(await serious(here.page), []);

  await there.page.goto(`${BASE}/exercises/worker-pool`);
  await there.page.getByRole("button", { name: "Show hint 1" }).click();
  await there.page.locator("#hint-1[open]").waitFor();
  assert.match(await stage(there.page), /new/);
  await there.page.goto(`${BASE}/progress`);
  await there.page.getByText("This browser has work of its own").waitFor();
  await there.page.getByLabel("Code of the other browser").fill("0000-0000");
  await there.page.keyboard.press("Enter");
  await there.page.getByRole("alert").filter({ hasText: "mistyped" }).waitFor();
  assert.equal(await there.page.getByLabel("Code of the other browser").inputValue(), "0000-0000");
  assert.deepEqual(await serious(there.page), []);
  await there.page.getByLabel("Code of the other browser").fill(code.toLowerCase());
  await there.page.keyboard.press("Enter");
  await there.page.getByRole("status").filter({ hasText: "Its own runs, drafts and hints are part of it" }).waitFor();
  assert.match(await stage(there.page), /solved/);
  await here.page.goto(`${BASE}/progress`);
  const pool = here.page.locator("tr").filter({ has: here.page.locator('a[href="/exercises/worker-pool"]') });
  assert.match(await pool.first().textContent(), /1 of \d opened/, "what the other had is here too");

  // A code that was used is refused.
  await there.page.goto(`${BASE}/progress`);
  await there.page.getByLabel("Code of the other browser").fill(code);
  await there.page.keyboard.press("Enter");
  await there.page.getByRole("alert").filter({ hasText: "used before" }).waitFor();
  for (const { complaints, close } of [here, there]) {
    assert.deepEqual(complaints.filter((c) => !c.includes("422")), []);
    await close();
  }
});

test("without scripts: filters combine, a hint costs no code, and forgetting asks first", async () => {
  const { page, close } = await open(browser, { javaScriptEnabled: false });
  await page.goto(`${BASE}/exercises`);
  const all = await page.locator("td.what").count();
  await page.getByLabel("Kind").selectOption("exhibit");
  await page.getByLabel("Words").fill("deadlock");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  const found = await page.locator("td.what").count();
  assert.ok(found > 0 && found < all, `${found} of ${all}`);
  await page.getByLabel("State").selectOption("solved");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.getByText("No exercise fits all of that").waitFor();
  await page.getByRole("link", { name: /Remove state/ }).click();
  assert.equal(await page.locator("td.what").count(), found);
  assert.equal(await page.getByLabel("Words").inputValue(), "deadlock");

  await page.goto(`${BASE}/exercises/${slug}`);
  await page.getByLabel("Text of file 1").fill("package main // mine");
  await page.getByRole("button", { name: "Show hint 1" }).click();
  await page.locator("#hint-1[open] .prose").waitFor();
  assert.equal(await page.getByLabel("Text of file 1").inputValue(), "package main // mine");

  await page.goto(`${BASE}/progress`);
  await page.getByRole("link", { name: "Forget me" }).click();
  await page.getByText("1 opened hint,").waitFor();
  await page.getByRole("button", { name: "Delete everything of mine" }).click();
  await page.getByText("Everything of yours is deleted here").waitFor();
  await page.goto(`${BASE}/exercises/${slug}`);
  assert.equal(await page.locator("#hint-1").count(), 0);
  await close();
});

test("catalogue and progress by keyboard alone", async () => {
  const { page, close } = await open(browser);
  await page.goto(`${BASE}/exercises`);
  await page.getByLabel("Words").focus();
  await page.keyboard.type("deadlock exhibit");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=deadlock/);
  const to = async (fits) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(fits)) return;
    }
    assert.fail(`not reached: ${fits}`);
  };
  await to(() => document.activeElement.getAttribute("href") === "/exercises/select-deadlock");
  await page.goto(`${BASE}/progress`);
  await to(() => document.activeElement.textContent === "Make a code");
  await page.keyboard.press("Enter");
  await page.locator("#code-made").waitFor();
  await to(() => document.activeElement.id === "code");
  await close();
});

for (const colorScheme of ["light", "dark"])
  test(`axe finds nothing serious and nothing is too wide: ${colorScheme}`, async () => {
    for (const viewport of [{ width: 1440, height: 900 }, PHONE]) {
      const { page, close } = await open(browser, { colorScheme, viewport });
      await page.goto(`${BASE}/exercises/${slug}`);
      const hint = page.getByRole("button", { name: "Show hint 1" });
      await hint.click();
      await page.locator("#hint-1[open]").waitFor();
      for (const address of ["/exercises", "/exercises?q=x&topic=y&state=new", `/exercises/${slug}`, "/progress", "/progress/forget"]) {
        await page.goto(BASE + address);
        assert.deepEqual(await serious(page), [], `${address} ${viewport.width}`);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wider <= 0, `${address} is ${wider} px too wide at ${viewport.width}`);
      }
      await close();
    }
  });
