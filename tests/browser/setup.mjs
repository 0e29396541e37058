// One browser for a test file, pages that must not complain, and the folders of the exercises.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

export const BASE = process.env.BASE_URL ?? "http://127.0.0.1:8080";
/** A grading on a small, busy machine. */
export const GRADING = 120_000;

const exercises = path.resolve(import.meta.dirname, "../../exercises/coding");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** A page of its own context; `complaints` fills with script errors and refusals of the content policy. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (e) => complaints.push(e.message));
  page.on("console", (m) => m.type() === "error" && complaints.push(m.text()));
  return { page, complaints, close: () => context.close() };
}

/** The `.go` files of a folder under an exercise. */
export function files(slug, folder) {
  const dir = path.join(exercises, slug, folder);
  return readdirSync(dir).filter((f) => f.endsWith(".go")).map((f) => ({ path: f, content: readFileSync(path.join(dir, f), "utf8") }));
}

/** Names of the folders in `kind` whose `expect.toml` has the verdict; all of them without one. */
export function variants(slug, kind, verdict) {
  const dir = path.join(exercises, slug, kind);
  const fits = (name) => !verdict || new RegExp(`^verdict\\s*=\\s*"${verdict}"`, "m").test(readFileSync(path.join(dir, name, "expect.toml"), "utf8"));
  return readdirSync(dir).filter(fits).map((name) => `${kind}/${name}`);
}

/** Pastes `text` over everything in the editor. */
export async function paste(page, text) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.locator(".cm-content").evaluate((content, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

/** Puts the files of a variant into the workbench; the start has one file, which takes the first. */
export async function pasteAll(page, all) {
  const shown = await page.getByRole("tab", { selected: true }).textContent();
  const first = all.find((f) => f.path === shown) ?? all[0];
  await paste(page, first.content);
  for (const f of all.filter((f) => f !== first)) {
    await page.getByRole("button", { name: "+ file" }).click();
    await page.getByLabel("File name").fill(f.path);
    await page.getByRole("button", { name: "Add" }).click();
    await paste(page, f.content);
  }
}

/** What axe finds serious or critical, as lines. */
export async function serious(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
}

/** The id of the newest run that this browser handed in for an exercise. */
export function lastRun(page, slug) {
  return page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? "[]").at(-1)?.id, `assay.runs.${slug}`);
}
