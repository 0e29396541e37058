// How fast the page feels on a machine four times slower than this one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, launch, open, paste } from "./setup.mjs";

const SLOWER = 4;
/** A busy machine may spoil a measurement; the code is what is measured, so the best of some counts. */
const TRIES = 4;
const KEYS = 150;

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

async function slow(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
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

test("typing in a file of 500 lines", async (t) => {
  const { page, close } = await open(browser);
  await page.goto(`${BASE}/exercises/worker-pool`);
  const body = Array.from({ length: 124 }, (_, n) => `func f${n}(a, b int) (int, error) {\n\tif a < ${n} { // a comment\n\t\treturn a + b, nil }\n\treturn "s"[0], nil }`);
  await paste(page, `package pool\n\n${body.join("\n")}\n`);
  await page.evaluate(() => {
    window.waits = [];
    const channel = new MessageChannel();
    let began = [];
    // From the key itself to the first moment after the frame that shows it.
    channel.port1.onmessage = () => {
      window.waits.push(...began.map((at) => performance.now() - at));
      began = [];
    };
    addEventListener("keydown", (e) => {
      began.push(e.timeStamp);
      requestAnimationFrame(() => channel.port2.postMessage(0));
    }, { capture: true });
  });
  await page.keyboard.press("ControlOrMeta+Home");
  for (let i = 0; i < 250; i++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.waitForTimeout(1500);
  await slow(page);
  await within(t, "typing, 95th percentile from key to frame", 30, async () => {
    await page.evaluate(() => (window.waits = []));
    await page.keyboard.type("x := compute(ready) + 1 // ".repeat(6).slice(0, KEYS), { delay: 40 });
    await page.waitForTimeout(200);
    const waits = (await page.evaluate(() => window.waits)).sort((a, b) => a - b);
    assert.ok(waits.length >= KEYS, `${waits.length} keys measured`);
    t.diagnostic(`median ${waits[Math.floor(waits.length / 2)].toFixed(1)} ms, most ${waits.at(-1).toFixed(1)} ms`);
    return waits[Math.floor(waits.length * 0.95)];
  });
  await close();
});
