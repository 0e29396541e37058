import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, launch, open, serious } from "./setup.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const PHONE = { width: 390, height: 844 };
const slug = "worker-pool-design";
const at = `${BASE}/questions/${slug}`;

/** The status line comes to this. */
const saved = (page, pattern) => page.waitForFunction((p) => new RegExp(p).test(document.querySelector("#saved").textContent), pattern.source);
const answer = (page) => page.getByLabel("Your answer");
const done = async (page) => {
  await page.getByRole("button", { name: "I am done" }).click();
  await page.waitForURL(/\/answers\/[0-9a-f-]{36}$/);
};

test("from the clock over a reload and another window to ticks, a second answer and the comparison", async () => {
  const { page, complaints, close } = await open(browser);
  await page.goto(`${BASE}/questions`);
  await page.getByLabel("Words").fill("backpressure");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/q=backpressure/);
  assert.equal(await page.locator("td.what").count(), 1);
  await page.locator(`a[href="/questions/${slug}"]`).click();

  assert.equal(await page.locator("#clock").count(), 0, "opening starts nothing");
  await page.getByRole("button", { name: "Start the clock" }).click();
  await page.waitForFunction(() => /^5:5\d left$/.test(document.querySelector("#time")?.textContent ?? ""));
  assert.equal(await page.evaluate(() => document.activeElement.id), "text", "one can write at once");
  await answer(page).pressSequentially("A bounded queue and a bounded number of workers.");
  await saved(page, /^saved \d\d:\d\d:\d\d$/);

  const elapsed = async (p) => Number(await p.locator("#clock").getAttribute("data-elapsed"));
  await page.waitForTimeout(1100);
  await page.reload();
  assert.ok((await elapsed(page)) >= 1, "the clock went on");
  assert.equal(await answer(page).inputValue(), "A bounded queue and a bounded number of workers.");

  // Another window of the same browser goes on, and this one follows when it is looked at again.
  const other = await page.context().newPage();
  await other.goto(at);
  await answer(other).fill("A bounded queue, a bounded number of workers, one owner for each.");
  await saved(other, /^saved/);
  await other.close();
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.waitForFunction(() => /one owner for each/.test(document.querySelector("#text").value));

  assert.doesNotMatch(await page.content(), /Never close a channel/, "what is expected is not on the page");
  await done(page);
  const first = page.url();
  assert.match(await page.content(), /Never close a channel/);
  assert.match(await page.locator("main header").textContent(), /\d:\d\d of 6:00/);
  await page.getByLabel(/bounded queue, a bounded number of workers/i).check();
  await page.locator("#tally:text('1 of 8 points')").waitFor();
  await page.waitForFunction(() => /^kept/.test(document.querySelector("#kept").textContent));
  await page.reload();
  assert.equal(await page.locator("input[name=point]:checked").count(), 1, "ticks are kept");

  await page.getByRole("link", { name: "Answer it again" }).click();
  assert.equal(await answer(page).inputValue(), "");
  await answer(page).fill("A bounded queue, a bounded number of workers, one owner for each. Stop intake, drain, wait.");
  await done(page);
  await page.getByLabel(/bounded queue, a bounded number/i).check();
  await page.getByLabel(/Shutdown in order/).check();
  await page.locator("#tally:text('2 of 8 points')").waitFor();
  await page.waitForFunction(() => /^kept/.test(document.querySelector("#kept").textContent));
  assert.notEqual(page.url(), first);

  await page.getByRole("link", { name: "all answers" }).click();
  await page.getByRole("button", { name: "Compare the two" }).click();
  await page.locator("#comparison").waitFor();
  assert.match(await page.locator("#comparison .sentence").textContent(), /1 point gained, none lost/);
  assert.match(await page.locator(".became tr", { hasText: "Shutdown in order" }).textContent(), /no.*yes.*gained/s);
  assert.match(await page.locator(".diff ins").first().textContent(), /Stop/);
  await page.goto(`${BASE}/questions?state=answered`);
  assert.match(await page.locator("td.how").first().textContent(), /answered.*2 times.*2 of 8 points/s);
  assert.deepEqual(complaints, []);
  await close();
});

test("what two windows write at once is asked about and none of it lost", async () => {
  const { page, close } = await open(browser);
  await page.goto(at);
  await answer(page).fill("begun");
  await saved(page, /^saved/);
  const other = await page.context().newPage();
  await other.goto(at);
  await answer(other).fill("theirs");
  await saved(other, /^saved/);
  await answer(page).fill("mine");
  await page.getByRole("heading", { name: "Saved elsewhere in between" }).waitFor();
  assert.equal(await page.locator("#theirs").textContent(), "theirs");
  assert.deepEqual(await serious(page), []);
  await page.getByRole("button", { name: "Keep both" }).click();
  await saved(page, /^saved/);
  await other.reload();
  assert.equal(await answer(other).inputValue(), "mine\n\ntheirs");
  await close();
});

test("without a connection it is kept in the browser, and saved when the server is there again", async () => {
  const { page, close } = await open(browser);
  await page.goto(at);
  await answer(page).fill("one");
  await saved(page, /^saved/);
  await page.route("**/api/answers/**", (route) => route.abort());
  await answer(page).fill("one two");
  await saved(page, /not on the server since .*kept in this browser/);
  // The page is closed meanwhile; the copy is there when it comes back, and reaches the server.
  await page.reload();
  assert.equal(await answer(page).inputValue(), "one two");
  await saved(page, /not on the server since/);
  await page.unroute("**/api/answers/**");
  await saved(page, /^saved/);
  assert.equal(await page.evaluate((key) => localStorage.getItem(key), `assay.answer.${slug}`), null, "the copy is not kept longer");
  const other = await page.context().newPage();
  await other.goto(at);
  assert.equal(await answer(other).inputValue(), "one two");
  await close();
});

test("the clock says half, five minutes and the end, once each, and can be hidden", async () => {
  const { page, close } = await open(browser);
  await page.clock.install();
  await page.goto(`${BASE}/questions/ticket-booking`);
  await page.getByRole("button", { name: "Start the clock" }).click();
  await page.locator("#time").waitFor();
  const limit = Number(await page.locator("#clock").getAttribute("data-limit"));
  assert.equal(await page.locator("#time").getAttribute("aria-live"), "off", "seconds are not read out");
  await page.evaluate(() => {
    window.said = [];
    new MutationObserver(() => window.said.push(document.querySelector("#clock-said").textContent)).observe(document.querySelector("#clock-said"), { childList: true });
  });
  await page.clock.runFor((limit + 5) * 1000);
  assert.deepEqual(await page.evaluate(() => window.said.map((s) => s.replace(/:.*/, ""))), [
    "Half of the time is over",
    "5 minutes left.",
    "The time is over. Go on as long as you like.",
  ]);
  assert.match(await page.locator("#clock").textContent(), /over.*nothing stops you/s);
  await page.getByRole("button", { name: "Hide the clock" }).click();
  assert.ok(!(await page.locator("#time").isVisible()));
  await page.reload();
  assert.ok(!(await page.locator("#time").isVisible()), "it stays hidden");
  await page.getByRole("button", { name: "Show the clock" }).click();
  assert.ok(await page.locator("#time").isVisible());
  await close();
});

test("by keyboard alone", async () => {
  const { page, close } = await open(browser);
  await page.goto(at);
  const tabTo = async (fits, most = 60) => {
    for (let i = 0; i < most; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(fits)) return;
    }
    assert.fail(`not reached: ${fits}`);
  };
  await tabTo(() => document.activeElement.value === "start");
  await page.keyboard.press("Enter");
  await page.locator("#time").waitFor();
  await page.waitForFunction(() => document.activeElement.id === "text");
  await page.keyboard.type("By hand");
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate(() => document.activeElement.id), "text", "Tab leaves the field");
  await tabTo(() => document.activeElement.value === "done");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/answers\/[0-9a-f-]{36}$/);
  await tabTo(() => document.activeElement.name === "point");
  await page.keyboard.press("Space");
  await page.locator("#tally:text('1 of 8 points')").waitFor();
  await close();
});

test("without scripts the same forms do it", async () => {
  const { page, close } = await open(browser, { javaScriptEnabled: false });
  await page.goto(at);
  await page.getByRole("button", { name: "Start the clock" }).click();
  assert.match(await page.locator("#time").textContent(), /left/);
  await answer(page).fill("Plain\ntext");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  assert.equal(await answer(page).inputValue(), "Plain\ntext");
  await page.getByRole("button", { name: "I am done" }).click();
  await page.getByLabel(/Shutdown in order/).check();
  await page.getByRole("button", { name: "Keep the ticks" }).click();
  assert.equal(await page.locator("input[name=point]:checked").count(), 1);
  assert.match(await page.locator("#tally").textContent(), /1 of 8 points/);
  await close();
});

test("a page that cannot be given tries again by itself", async () => {
  const { page, close } = await open(browser);
  // The page that the server makes when its database is away (assay-web draws it so), for as long as this lasts.
  let away = true;
  const html = await (await fetch(`${BASE}/nowhere`)).text();
  const again = html
    .replace(/<\/main>/, '<div id="again" data-seconds="1"><p><span id="again-when"></span> <button type="button" id="again-now">Try now</button></p><p id="again-said" role="status"></p></div></main>')
    .replace("</body>", `<script type="module" src="${html.match(/\/static\/[0-9a-f]+\//)[0]}again.js"></script></body>`);
  await page.route(`${BASE}/exercises`, (route) =>
    away ? route.fulfill({ status: 503, headers: { "content-type": "text/html", "retry-after": "1" }, body: again }) : route.fallback(),
  );
  await page.goto(`${BASE}/exercises`);
  await page.locator("#again-said:not(:empty)").waitFor({ state: "attached" });
  away = false;
  await page.getByRole("heading", { name: "Exercises", exact: true }).waitFor();
  await close();
});

for (const colorScheme of ["light", "dark"])
  for (const viewport of [{ width: 1440, height: 900 }, PHONE])
    test(`axe finds nothing serious: ${colorScheme}, ${viewport.width} px`, async () => {
      const { page, complaints, close } = await open(browser, { colorScheme, viewport });
      const check = async (name) => {
        assert.deepEqual(await serious(page), [], name);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wider <= 0, `${name} is ${wider} px too wide`);
      };
      await page.goto(`${BASE}/questions`);
      await check("list");
      await page.goto(`${BASE}/questions?q=nothing-like-it`);
      await check("nothing found");
      await page.goto(`${BASE}/questions/${slug}/answers`);
      await check("no answer yet");
      const shown = [];
      for (const text of ["First `x` long\nand wide", "Second\nand wide"]) {
        await page.goto(at);
        await check("question");
        await page.getByRole("button", { name: "Start the clock" }).click();
        await page.locator("#time").waitFor();
        await answer(page).fill(text);
        await check("with its clock");
        await done(page);
        await check("answer");
        shown.push(page.url().split("/").at(-1));
      }
      await page.goto(`${at}/answers?then=${shown[0]}&now=${shown[1]}`);
      await check("comparison");
      await page.goto(`${BASE}/questions`);
      await check("list with answers");
      assert.deepEqual(complaints, []);
      await close();
    });
