// Pictures of every page, light, dark and on a phone, to be looked at: `node shots.mjs OUT [WORD…]` with a server at BASE_URL. It hands in some
// runs first. WORDs choose pages by name. A new page is one line of PAGES. What axe finds and what is too wide is said beside each.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ended, graded } from "./handed.mjs";
import { BASE, GRADING, files, launch, open, pasteAll, serious, variants } from "./setup.mjs";

const [out, ...words] = process.argv.slice(2);
if (!out) {
  console.error("usage: BASE_URL=http://127.0.0.1:8080 node shots.mjs OUT [WORD…]");
  process.exit(2);
}

const POOL = "worker-pool";
const EXHIBIT = "select-deadlock";
const LOOKS = {
  light: { colorScheme: "light", viewport: { width: 1200, height: 760 } },
  dark: { colorScheme: "dark", viewport: { width: 1200, height: 760 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};
/** What a picture in the README may weigh, bytes. */
const MOST_BYTES = 200_000;
/** How much of a long page is taken, pixels. */
const MOST_HEIGHT = 2400;

/** The runs that the pages are about, by name. */
async function handIn(context) {
  const wrong = (verdict) => files(POOL, variants(POOL, "wrong", verdict).find((name) => /\/racy[-_]/.test(name)) ?? variants(POOL, "wrong", verdict)[0]);
  const right = files(POOL, variants(POOL, "solutions")[0]);
  const broken = right.map((f) => ({ ...f, content: f.content.replace(/\breturn\b/, "retrun") }));
  const runs = {
    compile: await graded(context, POOL, broken),
    failed: await graded(context, POOL, wrong("Failed")),
    race: await graded(context, POOL, wrong("DataRace")),
    deadlock: await graded(context, POOL, wrong("Deadlock")),
    leak: await graded(context, POOL, wrong("Leak")),
    accepted: await graded(context, POOL, right),
    exhibit: await graded(context, EXHIBIT, files(EXHIBIT, variants(EXHIBIT, "solutions")[0])),
  };
  // One more run that is looked at from inside; its page is where the form leads.
  const observed = await context.request.post(`${BASE}/runs/${runs.deadlock}/observations`, { maxRedirects: 0 });
  const place = observed.headers()["location"]?.match(/[0-9a-f-]{36}/)?.[0];
  if (place) await ended(context, place);
  return { ...runs, observed: place ?? runs.deadlock };
}

/** name: address, made of the runs. `full` takes the page and not only what is in sight, `act` goes on from there first, `at` begins the picture with
 * what is meant, `readme` is shown in the README: it must be light. */
const PAGES = (run) => ({
  catalogue: { url: "/exercises" },
  "catalogue-found": { url: "/exercises?q=deadlock" },
  "catalogue-empty": { url: "/exercises?q=nothing-has-this-name" },
  workbench: { url: `/exercises/${POOL}`, act: runInWorkbench, readme: true },
  "report-race": { url: `/runs/${run.race}`, full: true },
  "report-deadlock": { url: `/runs/${run.deadlock}`, full: true },
  "report-leak": { url: `/runs/${run.leak}`, full: true },
  "report-failed": { url: `/runs/${run.failed}`, full: true },
  "report-compile": { url: `/runs/${run.compile}`, full: true },
  "report-accepted": { url: `/runs/${run.accepted}`, full: true },
  "report-exhibit": { url: `/runs/${run.exhibit}`, full: true },
  race: { url: `/runs/${run.race}`, at: ".evidence", readme: true },
  observed: { url: `/runs/${run.observed}`, full: true },
  timeline: { url: `/runs/${run.observed}/timeline`, wait: 800, readme: true },
  against: { url: `/runs/${run.race}/against/${run.accepted}`, full: true },
  attempts: { url: `/exercises/${POOL}/attempts` },
  designs: { url: `/exercises/${POOL}/designs` },
  playback: { url: `/exercises/${POOL}/playback` },
  progress: { url: "/progress", full: true },
  questions: { url: "/questions" },
  question: { url: "/questions", act: firstQuestion },
  nowhere: { url: "/nowhere" },
});

/** The workbench after a run that found something. */
async function runInWorkbench(page, look) {
  await page.locator(".cm-content").waitFor({ state: "attached" });
  if (look === "phone") await page.getByRole("button", { name: "Code", exact: true }).click();
  await pasteAll(page, files(POOL, variants(POOL, "wrong", "DataRace").find((name) => /\/racy[-_]/.test(name))));
  await page.getByRole("button", { name: "Submit", exact: true }).click();
  await page.locator("#live .result > .verdict").waitFor({ timeout: GRADING });
  // The editor shows the line that is spoken of.
  if (look !== "phone") await page.keyboard.press("F8");
}

async function firstQuestion(page) {
  await page.goto(BASE + (await page.locator('main a[href^="/questions/"]').first().getAttribute("href")));
}

/** One picture; what is to be said of it. */
async function shoot(page, name, look, { url, act, at, wait = 200, full = false, readme = false }) {
  const answer = await page.goto(BASE + url);
  if (answer.status() === 404 && name !== "nowhere") return "not there (404)";
  if (answer.status() >= 500) return `FAILED: ${answer.status()}`;
  await act?.(page, look);
  if (at) await page.locator(at).first().evaluate((e) => e.scrollIntoView({ block: "start", behavior: "instant" }));
  await page.waitForTimeout(wait);
  const file = path.join(out, `${name}-${look}.png`);
  const { width, height } = await page.evaluate(() => ({ width: document.documentElement.clientWidth, height: document.documentElement.scrollHeight }));
  const part = full ? { fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, MOST_HEIGHT) } } : {};
  await page.screenshot({ path: file, animations: "disabled", scale: "css", ...part });
  const bytes = statSync(file).size;
  const faults = await serious(page);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return [
    `${Math.round(bytes / 1000)} KB`,
    readme && bytes > MOST_BYTES ? "FAILED: too heavy for the README" : "",
    wider > 0 ? `${wider} px too wide` : "",
    ...faults.map((f) => `axe: ${f}`),
  ]
    .filter(Boolean)
    .join(" · ");
}

mkdirSync(out, { recursive: true });
const browser = await launch();
const first = await open(browser);
await first.page.goto(`${BASE}/exercises`);
console.log("handing in…");
const runs = await handIn(first.page.context());
const storageState = await first.page.context().storageState();
writeFileSync(path.join(out, "runs.json"), `${JSON.stringify(runs, undefined, 2)}\n`);
await first.close();

let failed = false;
for (const [look, options] of Object.entries(LOOKS)) {
  const { page, close } = await open(browser, { ...options, storageState });
  for (const [name, shot] of Object.entries(PAGES(runs))) {
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
    const said = await shoot(page, name, look, shot).catch((e) => `FAILED: ${e.message.split("\n")[0]}`);
    failed ||= said.includes("FAILED");
    console.log(`${look.padEnd(6)} ${name.padEnd(18)} ${said}`);
  }
  await close();
}
await browser.close();
process.exit(failed ? 1 : 0);
