// What one more run looked like: asked for on the page, drawn as a timeline and flame graphs, and fast enough with as much as there can be.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { BASE, GRADING, files, launch, open, serious, variants } from "./setup.mjs";

const slug = "leaky-fanout";
const LANES = 200;
const EVENTS = 50_000;
/** What the page may take for that, and how often it is measured again before it counts: others use the machine. */
const DRAWN_MS = 500;
const FRAMES_A_SECOND = 30;
const MEMORY_MB = 150;
const TRIES = 6;

let browser;
/** A run that was graded without being looked at, the one that was asked for on its page, and one that ends well, for its profiles. */
let plain;
let looked;
let well;

async function finished(id) {
  const until = Date.now() + GRADING;
  for (;;) {
    const { state } = await (await fetch(`${BASE}/api/submissions/${id}`)).json();
    if (state === "finished" || state === "faulted") return state;
    assert.ok(Date.now() < until, "graded in time");
    await new Promise((r) => setTimeout(r, 250));
  }
}

async function submit(variant, more = {}) {
  const answer = await fetch(`${BASE}/api/submissions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ exercise: slug, scope: "visible", files: files(slug, variant), ...more }),
  });
  const { id } = await answer.json();
  assert.equal(await finished(id), "finished");
  return id;
}

before(async () => {
  browser = await launch();
  plain = await submit(variants(slug, "wrong", "Leak")[0]);
  well = await submit(variants(slug, "solutions")[0], { scope: "all", observe: true });
});
after(() => browser?.close());

const drawn = (page) => page.waitForFunction(() => performance.getEntriesByName("timeline-drawn").length > 0, undefined, { timeout: 20_000 });
const now = (page) => page.locator(".timeline-now").textContent();

test("the button runs it once more, and the report shows what every goroutine did", async () => {
  const { page, complaints, close } = await open(browser);
  await page.goto(`${BASE}/runs/${plain}`);
  assert.equal(await page.locator("[data-timeline]").count(), 0);
  await page.getByRole("button", { name: /^Look inside/ }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/runs/") && !url.pathname.endsWith(plain));
  looked = page.url().split("/").at(-1);
  assert.notEqual(looked, plain);
  // Followed live, and the picture is drawn in what came in its place.
  await page.locator("#live .result > .verdict").waitFor({ timeout: GRADING });
  await page.locator("[data-timeline]").scrollIntoViewIfNeeded();
  await drawn(page);
  assert.ok((await page.locator(".lanes tbody tr").count()) > 1);
  assert.match(await page.locator("#lanes-text").textContent(), /^goroutine\tname\tcreated at/);
  await page.goto(`${BASE}/runs/${looked}`);
  await page.locator("[data-timeline]").scrollIntoViewIfNeeded();
  await drawn(page);
  assert.deepEqual(complaints, []);
  await close();
});

test("the flame graph is links, which show one function alone, and a table that says the same", async () => {
  const { page, complaints, close } = await open(browser, { javaScriptEnabled: false });
  await page.goto(`${BASE}/runs/${well}`);
  // The one of allocations: of processor time a run as short as this may have no sample.
  const profile = page.locator("svg.flame").last();
  assert.ok((await profile.locator("a.own, a.tests").count()) > 0, "somebody's functions are in it");
  await page.getByRole("link", { name: "On a page of its own, to search in" }).last().click();
  const name = await page.locator(".top tbody th.own").first().textContent();
  await page.getByLabel("Function", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Show" }).click();
  assert.match(await page.locator(".flame-tools [role=status]").textContent(), /^Found on [\d.]+ % of it/);
  assert.ok((await page.locator("svg.flame a.found").count()) > 0);
  await page.locator(".top tbody th.own a").first().click();
  assert.match(await page.locator(".inside").textContent(), /Only what runs in/);
  assert.equal(await page.locator(".top tbody tr").count() > 0, true);
  assert.deepEqual(complaints, []);
  await close();
});

test("the pages that show it load 20 KB of scripts at most", async (t) => {
  const { page, close } = await open(browser);
  for (const address of ["", "/timeline"]) {
    await page.goto(`${BASE}/runs/${looked}${address}`);
    const scripts = await page.locator("script[src]").evaluateAll((all) => all.map((s) => s.src));
    let bytes = 0;
    for (const script of scripts) bytes += gzipSync(Buffer.from(await (await fetch(script)).arrayBuffer())).length;
    t.diagnostic(`${address || "report"}: ${scripts.length} scripts, ${bytes} bytes`);
    assert.ok(scripts.some((s) => s.endsWith("/timeline.js")) && bytes <= 20 * 1024, `${bytes} bytes`);
  }
  await close();
});

test("without scripts the table is there", async () => {
  const { page, close } = await open(browser, { javaScriptEnabled: false });
  await page.goto(`${BASE}/runs/${looked}/timeline`);
  assert.ok(await page.locator(".lanes table").isVisible());
  assert.equal(await page.locator(".timeline").isVisible(), false);
  assert.ok(await page.locator(".timeline-without").isVisible());
  await close();
});

/** As much as an observation can hold: every goroutine woken by another, states of all kinds, changes close together. */
function most() {
  const end_ns = 400_000_000;
  const edges = [];
  const kinds = [["running", ""], ["waiting", "chan receive"], ["runnable", ""], ["waiting", "sync.Mutex.Lock"], ["running", ""], ["waiting", "select"], ["syscall", ""], ["waiting", "sleep"]];
  const perLane = (EVENTS * 4) / 5 / LANES;
  const lanes = Array.from({ length: LANES }, (_, n) => {
    const step = end_ns / perLane;
    const spans = Array.from({ length: perLane }, (_, i) => {
      const [state, reason] = kinds[(i + n) % kinds.length];
      const from = Math.round(i * step + ((n * 37) % 50) * (step / 60));
      if (i % 4 === 0) edges.push({ at: from, from: 100 + ((n + i) % LANES), to: 100 + n });
      return { from, to: 0, state, reason, ...(reason && { at: { file: "pool.go", line: 10 + (n % 90), column: 0 } }) };
    });
    spans.forEach((s, i) => (s.to = spans[i + 1]?.from ?? end_ns));
    return { goroutine: 100 + n, name: `pool.(*Pool).worker${n % 7}`, own: n % 5 > 0, created_at: { file: "pool.go", line: 10 + (n % 9), column: 0 }, created_by: 100, spans };
  });
  edges.sort((a, b) => a.at - b.at);
  const timeline = { start_ns: 0, end_ns, still_ns: end_ns, cut: false, tests: [{ name: "TestAll", from: 0, to: end_ns }], lanes, gc: [{ from: 1e8, to: 1.1e8 }], edges, dropped: { lanes: 0, spans: 0, edges: 0 } };
  const events = lanes.reduce((n, l) => n + l.spans.length, 0) + edges.length;
  assert.ok(lanes.length === LANES && events >= EVENTS, `${lanes.length} goroutines, ${events} events`);
  return JSON.stringify({ tests: ["TestAll"], notes: [], timeline });
}

/** What the page's process holds that no other does, MB. */
async function memory(page) {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  const anonymous = ({ id }) => Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) / 1024;
  await cdp.detach();
  // The page under test is the largest of them.
  const process_ = Math.max(...processInfo.filter((p) => p.type === "renderer").map(anonymous));
  const own = await page.context().newCDPSession(page);
  await own.send("Performance.enable");
  const { metrics } = await own.send("Performance.getMetrics");
  return { process: process_, heap: metrics.find((m) => m.name === "JSHeapUsedSize").value / 2 ** 20 };
}

/** Milliseconds of each frame while it is panned at every one. */
function pan(page) {
  return page.locator(".timeline-box").evaluate(async (box) => {
    const frame = () => new Promise((r) => requestAnimationFrame(r));
    const canvas = box.querySelector("canvas");
    const times = [];
    await frame();
    for (let i = 0; i < 90; i++) {
      const begun = performance.now();
      canvas.dispatchEvent(new WheelEvent("wheel", { deltaX: i < 45 ? 12 : -12, bubbles: true, cancelable: true }));
      await frame();
      await new Promise((r) => setTimeout(r));
      times.push(performance.now() - begun);
    }
    return times;
  });
}

test(`${LANES} goroutines and ${EVENTS} events: drawn in ${DRAWN_MS} ms, panned at 30 frames a second, in ${MEMORY_MB} MB`, async (t) => {
  const body = most();
  const best = { ms: Infinity, rate: 0, resident: Infinity };
  for (let round = 0; round < TRIES; round++) {
    const { page, close } = await open(browser);
    await page.route("**/api/submissions/*/observation", (route) => route.fulfill({ contentType: "application/json", body }));
    await page.goto(`${BASE}/runs/${looked}/timeline`);
    await drawn(page);
    const ms = await page.evaluate(() => performance.getEntriesByName("timeline-drawn")[0].duration);
    await page.locator(".timeline-box").focus();
    const near = await pan(page);
    await page.keyboard.press("0");
    const far = await pan(page);
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    const between = await pan(page);
    const rates = [near, far, between].map((times) => (1000 * times.length) / times.reduce((a, b) => a + b));
    const { process: resident, heap } = await memory(page);
    t.diagnostic(
      `drawn in ${ms.toFixed(0)} ms; panned at ${rates.map((r) => r.toFixed(0)).join(", ")} frames a second (near, all, between); ${resident.toFixed(0)} MB resident, ${heap.toFixed(0)} MB of them JavaScript's; ${(body.length / 2 ** 20).toFixed(1)} MB of JSON`,
    );
    await close();
    best.ms = Math.min(best.ms, ms);
    best.rate = Math.max(best.rate, Math.min(...rates));
    best.resident = Math.min(best.resident, resident);
    if (best.ms <= DRAWN_MS && best.rate >= FRAMES_A_SECOND && best.resident <= MEMORY_MB) break;
  }
  assert.ok(best.ms <= DRAWN_MS, `drawn in ${best.ms} ms`);
  assert.ok(best.rate >= FRAMES_A_SECOND, `${best.rate} frames a second`);
  assert.ok(best.resident <= MEMORY_MB, `${best.resident} MB`);
});

test("keys move in time, choose goroutines, go from change to change, and let go", async () => {
  const { page, complaints, close } = await open(browser);
  const body = most();
  await page.route("**/api/submissions/*/observation", (route) => route.fulfill({ contentType: "application/json", body }));
  await page.goto(`${BASE}/runs/${looked}/timeline`);
  await drawn(page);
  const box = page.locator(".timeline-box");
  const picture = () => box.locator("canvas").evaluate((c) => c.toDataURL());
  await box.focus();
  await page.keyboard.press("0");
  for (const key of ["+", "ArrowRight", "ArrowLeft", "−", "End", "Home"]) {
    await page.keyboard.press("+");
    await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => setTimeout(r))));
    const was = await picture();
    await page.keyboard.press(key === "−" ? "-" : key);
    await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => setTimeout(r))));
    assert.notEqual(await picture(), was, `${key} moves the picture`);
  }
  await page.keyboard.press("ArrowDown");
  assert.match(await now(page), /Goroutine \d+ pool\.\(\*Pool\)\.worker\d, created at pool\.go:\d+/);
  const first = /Goroutine (\d+)/.exec(await now(page))[1];
  await page.keyboard.press("ArrowDown");
  assert.notEqual(/Goroutine (\d+)/.exec(await now(page))[1], first);
  const seen = new Set();
  for (let i = 0; i < 8; i++) {
    await page.keyboard.press("Shift+ArrowRight");
    seen.add(await now(page));
  }
  assert.equal(seen.size, 8, "each change is said");
  assert.ok([...seen].some((s) => /blocked: channel \(chan receive pool\.go:\d+\)/.test(s)), [...seen].join("\n"));
  assert.match([...seen][0], /At [\d.]+ [mµ]?s[^:]*: .*\d+ running/);
  // Far down: the rows follow.
  for (let i = 0; i < 30; i++) await page.keyboard.press("PageDown");
  assert.ok((await box.evaluate((b) => b.scrollTop)) > 1000);
  // Tab leaves it.
  await page.keyboard.press("Tab");
  assert.equal(await box.evaluate((b) => b === document.activeElement), false);
  // A click sets the line and says what is there.
  await box.click({ position: { x: 600, y: 200 } });
  assert.match(await now(page), /^At /);
  assert.deepEqual(complaints, []);
  await close();
});

test("what cannot be loaded is said, and tried again", async () => {
  const { page, close } = await open(browser);
  let fail = true;
  await page.route("**/api/submissions/*/observation", (route) => (fail ? route.fulfill({ status: 503, body: "" }) : route.continue()));
  await page.goto(`${BASE}/runs/${looked}/timeline`);
  await page.getByText("could not be loaded").waitFor();
  fail = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await drawn(page);
  await close();
});

for (const colorScheme of ["light", "dark"])
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }])
    test(`axe finds nothing serious: ${colorScheme}, ${viewport.width} px`, async () => {
      const { page, complaints, close } = await open(browser, { colorScheme, viewport });
      for (const address of [`${looked}`, `${looked}/timeline`, `${well}`, `${well}/profiles/cpu`, `${well}/profiles/allocations`]) {
        const there = await page.goto(`${BASE}/runs/${address}`);
        if (there.status() === 404) continue; // a short run has no sample of processor time
        if (!address.includes("/profiles")) {
          await page.locator("[data-timeline]").scrollIntoViewIfNeeded();
          await drawn(page);
        }
        assert.deepEqual(await serious(page), [], address);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wider <= 0, `${address} is ${wider} px too wide`);
      }
      assert.deepEqual(complaints.filter((c) => !c.includes("404")), []);
      await close();
    });
