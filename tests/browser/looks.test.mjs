import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, GRADING, files, launch, open, serious, variants } from "./setup.mjs";

let browser;
let report;
before(async () => {
  browser = await launch();
  // Bad Go is graded quickest, and its report has the parts that every report has.
  const answer = await fetch(`${BASE}/api/submissions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ exercise: "worker-pool", files: files("worker-pool", variants("worker-pool", "wrong")[0]) }),
  });
  const { id } = await answer.json();
  const until = Date.now() + GRADING;
  for (;;) {
    const { state } = await (await fetch(`${BASE}/api/submissions/${id}`)).json();
    if (state === "finished" || state === "faulted") break;
    assert.ok(Date.now() < until, "graded in time");
    await new Promise((r) => setTimeout(r, 250));
  }
  report = `/runs/${id}`;
});
after(() => browser?.close());

const PHONE = { width: 390, height: 844 };
const pages = () => ({ catalogue: "/exercises", workbench: "/exercises/worker-pool", report, nowhere: "/nowhere" });

for (const colorScheme of ["light", "dark"])
  for (const viewport of [{ width: 1440, height: 900 }, PHONE])
    test(`axe finds nothing serious: ${colorScheme}, ${viewport.width} px`, async () => {
      const { page, complaints, close } = await open(browser, { colorScheme, viewport });
      for (const [name, address] of Object.entries(pages())) {
        await page.goto(BASE + address);
        if (name === "workbench") await page.locator(".cm-content").waitFor({ state: "attached" });
        assert.deepEqual(await serious(page), [], name);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wider <= 0, `${name} is ${wider} px too wide`);
      }
      // The 404 itself is told as an error by the browser.
      assert.deepEqual(complaints.filter((c) => !c.includes("404")), []);
      await close();
    });

test("a phone shows one view at a time and keeps the run bar", async () => {
  const { page, close } = await open(browser, { viewport: PHONE, hasTouch: true });
  await page.goto(`${BASE}/exercises/worker-pool`);
  const submit = page.getByRole("button", { name: "Submit", exact: true });
  for (const [view, pane] of [["Code", ".code-pane"], ["Result", ".results"], ["Prompt", ".prompt"]]) {
    await page.getByRole("button", { name: view, exact: true }).click();
    assert.ok(await page.locator(`.pane${pane}`).isVisible());
    assert.equal(await page.locator(".pane:visible").count(), 1);
    const box = await submit.boundingBox();
    assert.ok(box && box.y + box.height <= PHONE.height, "the run bar is on the screen");
  }
  await close();
});

test("the theme switch holds over a reload", async () => {
  const { page, close } = await open(browser, { colorScheme: "light" });
  await page.goto(`${BASE}/exercises`);
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await paper();
  const button = page.getByRole("button", { name: /Theme/ });
  await button.click();
  await button.click();
  assert.match(await button.textContent(), /dark/);
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.reload();
  assert.equal(await paper(), dark);
  await close();
});
