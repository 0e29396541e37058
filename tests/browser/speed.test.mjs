// How fast the page feels on a machine four times slower than this one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, launch, open, paste } from "./setup.mjs";

const SLOWER = 4;
/** A busy machine may spoil a measurement; the code is what is measured, so the best of some counts. */
const TRIES = 4;
const KEYS = 100;
/** Milliseconds from a key to the frame that shows it. */
const BUDGET = 30;
/** So many times a plain text field, where the browser alone is slower than the budget. */
const MOST = 3;

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Slows the page down; what is given back ends that. */
async function slow(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  return () => session.send("Emulation.setCPUThrottlingRate", { rate: 1 });
}

/** Measures again until it is within the budget, and says what came. */
async function within(t, what, budget, measure) {
  const all = [];
  while (all.length < TRIES && !(all.at(-1) <= budget)) all.push(Math.round(await measure()));
  t.diagnostic(`${what}: ${all.join(", ")} ms (budget ${budget} ms, processor ${SLOWER}x slower)`);
  assert.ok(all.at(-1) <= budget, `${what}: ${all.join(", ")} ms`);
}

for (const address of ["/exercises", "/exercises/worker-pool"])
  test(`first contentful paint of ${address}`, async (t) => {
    await within(t, "first contentful paint", 1000, async () => {
      const { page, close } = await open(browser);
      await slow(page);
      await page.goto(BASE + address);
      const paint = await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
      const ms = await paint.jsonValue();
      await close();
      return ms;
    });
  });

/** Puts the time from each key to the first moment after the frame that shows it into `window.waits`. */
function watchKeys(page) {
  return page.evaluate(() => {
    window.waits = [];
    const channel = new MessageChannel();
    let began = [];
    channel.port1.onmessage = () => {
      window.waits.push(...began.map((at) => performance.now() - at));
      began = [];
    };
    addEventListener("keydown", (e) => {
      began.push(e.timeStamp);
      requestAnimationFrame(() => channel.port2.postMessage(0));
    }, { capture: true });
  });
}

/** The 95th percentile of typing lines of code, in milliseconds. Only this page is slow meanwhile: slowness is a busy thread for each page. */
async function typed(page) {
  await page.bringToFront();
  const quick = await slow(page);
  await page.evaluate(() => (window.waits = []));
  await page.keyboard.type("x := compute(ready) + 1 // the sum\n".repeat(KEYS).slice(0, KEYS), { delay: 120 });
  await page.waitForTimeout(500);
  await quick();
  const waits = (await page.evaluate(() => window.waits)).sort((a, b) => a - b);
  assert.ok(waits.length >= KEYS, `${waits.length} keys measured`);
  return Math.round(waits[Math.floor(waits.length * 0.95)]);
}

// The budget is 30 ms. A frame is mostly the browser's own work, which on a busy machine without a graphics processor alone passes the budget: the
// same keys in a plain text field are measured beside it, and where the budget is not kept the editor may take some times that.
test("typing in a file of 500 lines", async (t) => {
  const body = Array.from({ length: 124 }, (_, n) => `func f${n}(a, b int) (int, error) {\n\tif a < ${n} { // a comment\n\t\treturn a + b, nil }\n\treturn "s"[0], nil }`);
  const code = `package pool\n\n${body.join("\n")}\n`;
  const plain = await open(browser);
  await plain.page.setContent("<textarea rows=40 cols=100></textarea>");
  await plain.page.locator("textarea").fill(code);
  await plain.page.locator("textarea").focus();
  const { page, close } = await open(browser);
  await page.goto(`${BASE}/exercises/worker-pool`);
  await paste(page, code);
  await page.keyboard.press("ControlOrMeta+Home");
  for (let i = 0; i < 250; i++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.waitForTimeout(1500);
  for (const each of [plain.page, page]) await watchKeys(each);
  const all = [];
  while (all.length < TRIES && !(all.at(-1)?.editor <= BUDGET)) {
    all.push({ field: await typed(plain.page), editor: await typed(page) });
    const { editor, field } = all.at(-1);
    t.diagnostic(`95th percentile from key to frame: ${editor} ms, in a plain text field ${field} ms (budget ${BUDGET} ms, processor ${SLOWER}x slower)`);
  }
  const said = all.map(({ editor, field }) => `${editor} ms against ${field} ms in a plain text field`).join(", ");
  assert.ok(all.some(({ editor, field }) => editor <= Math.max(BUDGET, MOST * field)), said);
  await close();
  await plain.close();
});
