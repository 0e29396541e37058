import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, GRADING, launch, open } from "./setup.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const focused = (page) => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");

/** Presses Tab until what has the focus fits. */
async function tabTo(page, fits, most = 80) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(fits)) return;
  }
  assert.fail(`not reached with ${most} tabs: ${fits}`);
}

test("from the catalogue to a verdict by keyboard alone", async () => {
  const { page, close } = await open(browser);
  await page.goto(`${BASE}/exercises`);
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Skip to the content");
  await tabTo(page, () => document.activeElement.getAttribute("href") === "/exercises/worker-pool");
  await page.keyboard.press("Enter");
  await page.waitForURL(/worker-pool$/);
  await page.locator(".cm-content").waitFor();

  await tabTo(page, () => document.activeElement.classList.contains("cm-content"));
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.type("// typed\n");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.classList.contains("cm-content")), "Tab indents");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.ok(!(await page.evaluate(() => document.activeElement.classList.contains("cm-content"))), "Esc Tab leaves");

  await page.keyboard.press("?");
  assert.ok(await page.getByRole("dialog", { name: "Keys" }).isVisible());
  await page.keyboard.press("Escape");

  await page.keyboard.press("ControlOrMeta+Enter");
  await page.locator("#live .result > .verdict").waitFor({ timeout: GRADING });
  const evidence = await page.locator("#live .evidence").count();
  if (evidence > 0) {
    await page.keyboard.press("]");
    assert.ok(await page.evaluate(() => document.activeElement.classList.contains("evidence")), "] goes to evidence");
  }
  await close();
});

test("files: add, rename by arrow and dialog, delete, reset", async () => {
  const { page, close } = await open(browser);
  await page.goto(`${BASE}/exercises/worker-pool`);
  /** The strip comes to this; a dialog that closes does its work a moment later. */
  const tabs = (names) =>
    page.waitForFunction((names) => [...document.querySelectorAll("#tabs [role=tab]")].map((t) => t.textContent).join() === names, names.join());
  const begin = await page.getByRole("tab").allTextContents();
  const dialog = async (name) => {
    await page.getByLabel("File name").fill(name);
    await page.keyboard.press("Enter");
  };

  await page.getByRole("button", { name: "+ file" }).click();
  await dialog("Stats.go");
  await page.getByRole("alert").filter({ hasText: "Lower-case" }).waitFor();
  await dialog("stats.go");
  await tabs([...begin, "stats.go"]);
  assert.match(await page.locator(".cm-content").textContent(), /^package pool/);

  await page.getByRole("button", { name: "Rename" }).click();
  await dialog("counters.go");
  await tabs([...begin, "counters.go"]);

  await page.getByRole("tab", { name: "counters.go" }).focus();
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.getByRole("tab", { selected: true }).textContent(), begin.at(-1));

  await page.reload();
  await tabs([...begin, "counters.go"]);
  assert.match(await page.locator("#saved").textContent(), /saved \d\d:\d\d:\d\d · draft \d+/);

  await page.getByRole("tab", { name: "counters.go" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await tabs(begin);

  await page.getByRole("button", { name: "Reset" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Reset" }).click();
  await page.locator("#saved:text('start')").waitFor();
  await close();
});
