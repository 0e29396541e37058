import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, GRADING, files, launch, open, paste, pasteAll, serious, variants } from "./setup.mjs";
import { Server } from "./server.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const slug = "worker-pool";
const address = `${BASE}/exercises/${slug}`;
const right = () => files(slug, variants(slug, "solutions")[0]);

const saved = (page, pattern, timeout = 20_000) =>
  page.waitForFunction((source) => new RegExp(source).test(document.querySelector("#saved").textContent), pattern.source, { timeout });
const code = (page) => page.locator(".cm-content").textContent();
const revision = async (page) => Number(/draft (\d+)/.exec(await page.locator("#saved").textContent())?.[1]);
/** A page with the cookies of another and nothing else of it: another machine, as far as the server can tell. */
async function elsewhere(page) {
  const state = await page.context().storageState();
  return open(browser, { storageState: { cookies: state.cookies, origins: [] } });
}
async function write(page, text) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type(text);
}
/** The draft ends with `text`. The editor draws only what is near to be seen, so its end is gone to. */
async function ends(page, text) {
  await page.waitForFunction(([key, text]) => JSON.parse(localStorage.getItem(key))?.files[0].content.endsWith(text), [`assay.draft.${slug}`, text]);
  await page.locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.locator(`.cm-content:has-text(${JSON.stringify(text)})`).waitFor();
}
const verdict = (page) => page.locator("#live .result:not(.so-far) > .verdict");

test("what is typed is on the server, another machine goes on with it, and of two drafts neither is lost", async () => {
  const here = await open(browser);
  await here.page.goto(address);
  await write(here.page, "// one");
  await saved(here.page, /^saved \d\d:\d\d:\d\d · draft 1$/);

  const there = await elsewhere(here.page);
  await there.page.goto(address);
  await ends(there.page, "// one");
  await saved(there.page, /draft 1$/);
  await write(there.page, " two");
  await saved(there.page, /draft 2$/);

  // The first window has not looked since, and types as well.
  await write(here.page, " three");
  const dialog = here.page.getByRole("dialog", { name: "There are two drafts" });
  await dialog.waitFor();
  assert.match(await dialog.textContent(), /saved draft 2 at/);
  await dialog.getByRole("button", { name: "Take theirs" }).click();
  await saved(here.page, /draft 4$/);
  assert.match(await code(here.page), /\/\/ one two$/);
  // Its own went into the log before, and is a step back in the editor.
  await here.page.locator(".cm-content").click();
  await here.page.keyboard.press("ControlOrMeta+z");
  assert.match(await code(here.page), /\/\/ one three$/);

  assert.deepEqual([...here.complaints, ...there.complaints].filter((c) => !/404|409/.test(c)), []);
  await here.close();
  await there.close();
});

test("text outlives a lost connection and a page that is left in the middle of a word", async () => {
  const { page, close } = await open(browser);
  await page.goto(address);
  await write(page, "// first");
  await saved(page, /draft 1$/);
  await page.context().setOffline(true);
  await write(page, " and offline");
  await saved(page, /^not on the server since \d\d:\d\d, kept in this browser/);
  await page.context().setOffline(false);
  await saved(page, /draft 2$/);

  await write(page, " and gone");
  await page.goto("about:blank");
  const { page: other, close: closeOther } = await elsewhere(page);
  await other.goto(address);
  await ends(other, "// first and offline and gone");
  // The window that left finds its own words on the server, not somebody else's.
  await page.goto(address);
  await saved(page, /draft 3$/);
  assert.equal(await page.getByRole("dialog").count(), 0);
  await closeOther();
  await close();
});

test("two windows of one browser: what the other one saved is taken, and what both wrote is asked about", async () => {
  const { page, close } = await open(browser);
  await page.goto(address);
  await write(page, "// a");
  await saved(page, /draft 1$/);
  const second = await page.context().newPage();
  await second.goto(address);
  await ends(second, "// a");
  await write(second, "b");
  await saved(second, /draft 2$/);
  await ends(page, "// ab");
  await close();
});

test("several cursors are seen, write at once, and go", async () => {
  const { page, close } = await open(browser);
  await page.goto(address);
  await paste(page, "package pool\n\nvar ready = ready\n");
  await page.keyboard.press("ControlOrMeta+Home");
  for (const key of ["ArrowDown", "ArrowDown", ...Array(4).fill("ArrowRight")]) await page.keyboard.press(key);
  const drawn = page.locator(".cm-cursorLayer");
  await page.keyboard.press("ControlOrMeta+d");
  assert.equal(await drawn.count(), 0);
  await page.keyboard.press("ControlOrMeta+d");
  assert.equal(await drawn.count(), 1);
  await page.keyboard.type("done");
  assert.match(await page.locator(".cm-content").textContent(), /var done = done/);
  await page.keyboard.press("Escape");
  await drawn.waitFor({ state: "detached" });
  await close();
});

test("code is indented as it is typed, coloured a moment later, and folds", async () => {
  const { page, complaints, close } = await open(browser);
  await page.goto(address);
  await paste(page, "package pool\n");
  const lines = () => page.locator(".cm-line").allTextContents();
  const coloured = async () => (await page.locator(".cm-line span[class]").allTextContents()).join(" ");
  await page.keyboard.type("\nfunc f(n int) string {\nswitch n {\ncase 1:\nreturn `one`");
  assert.deepEqual(await lines(), ["package pool", "", "func f(n int) string {", "\tswitch n {", "\tcase 1:", "\t\treturn `one`", "\t}", "}"]);
  await page.waitForFunction(() => [...document.querySelectorAll(".cm-line span[class]")].some((s) => s.textContent === "`one`"));
  assert.match(await coloured(), /^package func int string switch case 1 return `one`/);
  await page.keyboard.type(" // two");
  await page.waitForFunction(() => [...document.querySelectorAll(".cm-line span[class]")].some((s) => s.textContent === "// two"));
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ControlOrMeta+Shift+BracketLeft");
  assert.deepEqual(await lines(), ["package pool", "", "func f(n int) string {…}"]);
  await page.keyboard.press("ControlOrMeta+Shift+BracketRight");
  assert.equal((await lines()).length, 8);
  assert.deepEqual(complaints, []);
  await close();
});

test("letters of a keyboard and of an input method meet pairs, selections and undo alike", async () => {
  const { page, complaints, close } = await open(browser);
  await page.goto(address);
  const text = () => page.locator(".cm-line").allTextContents();
  const ways = { keyboard: (letters) => page.keyboard.type(letters), "input method": (letters) => page.keyboard.insertText(letters) };
  for (const [way, write] of Object.entries(ways)) {
    await paste(page, "");
    for (const letter of "f(a[i])é") await write(letter);
    assert.deepEqual(await text(), ["f(a[i])é"], `${way}: a closing bracket that is there already is gone over`);
    await page.keyboard.press("ControlOrMeta+a");
    await write("(");
    assert.deepEqual(await text(), ["(f(a[i])é)"], `${way}: brackets go around a selection`);
    await write("x");
    assert.deepEqual(await text(), ["(x)"], `${way}: a letter takes a selection's place`);
    // One step back or two, by how quick the letters came.
    for (let n = 0; n < 2 && (await text())[0] !== "f(a[i])é"; n++) await page.keyboard.press("ControlOrMeta+z");
    assert.deepEqual(await text(), ["f(a[i])é"], `${way}: undo`);
    // The cursor where a click puts it, not where it was.
    await page.locator(".cm-line").click({ position: { x: 1, y: 5 } });
    await write("g");
    assert.deepEqual(await text(), ["gf(a[i])é"], `${way}: after a click`);
  }
  assert.deepEqual(complaints, []);
  await close();
});

test("brackets that belong together are marked, those in texts are none, and what comes into sight has its colours", async () => {
  const { page, complaints, close } = await open(browser);
  await page.goto(address);
  const marked = (kind) => page.locator(`.cm-${kind}Bracket`).allTextContents();
  const until = (kind, n) => page.waitForFunction(([kind, n]) => document.querySelectorAll(`.cm-${kind}Bracket`).length === n, [kind, n]);
  await paste(page, 'package pool\n\nvar n = len("(" + f[0])');
  await until("matching", 2);
  assert.deepEqual(await marked("matching"), ["(", ")"]);
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(() => document.querySelector(".cm-matchingBracket")?.textContent === "[");
  // On either side of a bracket: between `(` and the text that has another in it, and before it.
  for (let n = 0; n < 10; n++) await page.keyboard.press("ArrowLeft");
  for (const place of ["after", "before"]) {
    await page.waitForTimeout(300);
    assert.deepEqual(await marked("matching"), ["(", ")"], place);
    await page.keyboard.press("ArrowLeft");
  }
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("}");
  await until("nonmatching", 1);
  assert.deepEqual(await marked("nonmatching"), ["}"]);

  const functions = Array.from({ length: 400 }, (_, n) => `func f${n}() int {\n\treturn ${n}\n}\n`);
  await paste(page, `package pool\n\n${functions.join("\n")}`);
  /** Lines in sight that begin with a word of the language without its colour. */
  const bare = () =>
    page.evaluate(() => {
      const box = document.querySelector(".cm-scroller").getBoundingClientRect();
      const seen = [...document.querySelectorAll(".cm-line")].filter((line) => {
        const { top, bottom } = line.getBoundingClientRect();
        return bottom > box.top && top < box.bottom && /^\s*(func|return)/.test(line.textContent);
      });
      return seen.length > 10 ? seen.filter((line) => !line.querySelector("span")).length : -1;
    });
  for (const key of ["ControlOrMeta+Home", "PageDown", "PageDown", "ControlOrMeta+End", "PageUp"]) {
    await page.keyboard.press(key);
    await page.waitForTimeout(500);
    assert.equal(await bare(), 0, key);
  }
  await page.locator(".cm-scroller").evaluate((e) => (e.scrollTop = e.scrollHeight / 2));
  await page.waitForTimeout(500);
  assert.equal(await bare(), 0, "scrolled");
  assert.deepEqual(complaints, []);
  await close();
});

test("gofmt formats, keeps the cursor, and marks what it cannot read", async () => {
  const { page, complaints, close } = await open(browser);
  await page.goto(address);
  await paste(page, "package pool\nfunc  f( ){\n      x:=1\n _ = x }\n");
  await page.keyboard.press("ControlOrMeta+Home");
  for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.keyboard.press("ControlOrMeta+Shift+F");
  await page.locator("#note:has-text('Formatted')").waitFor();
  await page.keyboard.type("23");
  const text = await page.locator(".cm-line").allTextContents();
  assert.deepEqual(text, ["package pool", "", "func f() {", "\tx := 123", "\t_ = x", "}", ""]);

  await paste(page, "package pool\n\nfunc f( {\n");
  await page.getByRole("button", { name: "gofmt" }).click();
  await page.locator("#note:has-text('gofmt cannot read pool.go:3')").waitFor();
  await page.locator(".cm-lint-marker-error").first().waitFor();
  assert.match(await code(page), /func f\( \{/, "nothing was changed");
  assert.deepEqual(complaints.filter((c) => !c.includes("404")), []);
  await close();
});

test("compile errors stand at their lines, and F8 and the list lead there", async () => {
  const { page, complaints, close } = await open(browser);
  await page.goto(address);
  const [first] = right();
  await paste(page, `${first.content}\nvar wrong int = "word"\n`);
  await page.keyboard.press("ControlOrMeta+Enter");
  await verdict(page).waitFor({ timeout: GRADING });
  assert.match(await verdict(page).textContent(), /CompileError/);
  await page.getByRole("button", { name: /remarks? at lines/ }).waitFor();
  await page.keyboard.press("F8");
  await page.locator(".cm-lint-marker-error").waitFor();
  const line = await page.evaluate(() => {
    const at = getSelection().anchorNode;
    return (at instanceof Element ? at : at.parentElement).closest(".cm-line").textContent;
  });
  assert.match(line, /var wrong int/);
  await page.keyboard.press("ControlOrMeta+Shift+M");
  const panel = page.locator(".cm-panel-lint");
  await panel.waitFor();
  assert.match(await panel.textContent(), /⊘ .*"word"/);
  assert.deepEqual(await serious(page), []);
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  assert.deepEqual(complaints.filter((c) => !c.includes("404")), []);
  await close();
});

test("evidence is there before the verdict is", async () => {
  const { page, close } = await open(browser);
  await page.goto(address);
  // What fails in the plain pass is seen while the race pass still runs.
  await pasteAll(page, files(slug, variants(slug, "wrong", "Failed")[0]));
  await page.evaluate(() => {
    new MutationObserver(() => {
      const early = document.querySelector("#live[aria-busy] .so-far .evidence h2");
      if (early) window.early = early.textContent;
    }).observe(document.querySelector("#live"), { childList: true, subtree: true });
  });
  await page.getByRole("button", { name: "Submit", exact: true }).click();
  await verdict(page).waitFor({ timeout: GRADING });
  const early = await page.evaluate(() => window.early);
  assert.match(early ?? "", /✕|⇄|⋈|▲|⌇/);
  await close();
});

test("a run is called back", async () => {
  const { page, close } = await open(browser);
  await page.goto(address);
  await pasteAll(page, right());
  await page.keyboard.press("ControlOrMeta+Shift+Enter");
  const cancel = page.getByRole("button", { name: "Cancel", exact: true });
  await cancel.click({ timeout: GRADING });
  await verdict(page).waitFor({ timeout: GRADING });
  assert.match(await verdict(page).textContent(), /Called back/);
  assert.ok(!(await cancel.isVisible()));
  assert.equal(await page.getByRole("button", { name: "Submit", exact: true }).getAttribute("aria-disabled"), "false");
  await close();
});

test("a server that is away or full is told in words, and nothing has to be typed again", async () => {
  const { page, close } = await open(browser);
  const answers = [
    { status: 503, headers: { "retry-after": "1" }, body: { type: "urn:assay:problem:stopping", title: "The server is stopping", detail: "Nothing was taken." } },
    { status: 429, headers: { "retry-after": "10" }, body: { type: "urn:assay:problem:queue-full", title: "The queue is full", detail: "x", position: 65 } },
  ];
  const keys = [];
  await page.route("**/api/submissions", (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    const next = answers.shift();
    return next ? route.fulfill({ status: next.status, headers: next.headers, contentType: "application/problem+json", body: JSON.stringify(next.body) }) : route.continue();
  });
  await page.goto(address);
  await paste(page, "package pool\n");
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.locator("#problem:has-text('handed in by itself at')").waitFor();
  await page.locator("#problem:has-text('at place 65')").waitFor();
  await page.getByRole("button", { name: "Try again now" }).click();
  await verdict(page).waitFor({ timeout: GRADING });
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1, "one key, so that it is graded once");
  assert.ok(!(await page.locator("#problem").isVisible()));
  await close();
});

test("the server is killed in mid-run and comes back: draft and verdict arrive", async () => {
  const server = new Server();
  const { page, close } = await open(browser);
  try {
    await server.start();
    await page.goto(`${server.url}/exercises/${slug}`);
    await pasteAll(page, right());
    await page.getByRole("button", { name: "Submit", exact: true }).click();
    await page.locator("#live .state:has-text('Now:')").waitFor({ timeout: GRADING });
    await server.kill();
    await page.locator("#live .connection:has-text('trying again')").waitFor();
    await write(page, "\n// typed while it was away");
    await saved(page, /^not on the server since/);
    await server.start();
    await saved(page, /^saved .* draft \d+$/, 60_000);
    await verdict(page).waitFor({ timeout: GRADING });
    assert.match(await verdict(page).textContent(), /Accepted/);
    const { page: other, close: closeOther } = await elsewhere(page);
    await other.goto(`${server.url}/exercises/${slug}`);
    await page.waitForTimeout(0);
    await other.waitForFunction(() => /draft \d+$/.test(document.querySelector("#saved").textContent));
    assert.equal(await revision(other), await revision(page));
    await closeOther();
  } finally {
    await close();
    await server.remove();
  }
});

test("by keyboard: panes, find, format, run, evidence, back to the code", async () => {
  const { page, close } = await open(browser);
  await page.goto(address);
  await page.locator(".cm-content").waitFor();
  const tabTo = async (fits) => {
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(fits)) return;
    }
    assert.fail(`not reached: ${fits}`);
  };
  const width = () => page.locator(".pane.prompt").evaluate((e) => e.getBoundingClientRect().width);
  await tabTo(() => document.activeElement.getAttribute("aria-label") === "Width of the prompt");
  const before = await width();
  for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowLeft");
  const narrow = await width();
  assert.ok(narrow < before - 50, `${before} → ${narrow}`);
  await page.reload();
  await page.locator(".cm-content").waitFor();
  assert.ok(Math.abs((await width()) - narrow) < 2, "remembered");
  await tabTo(() => document.activeElement.getAttribute("aria-label") === "Width of the prompt");
  await page.keyboard.press("Enter");
  assert.ok(Math.abs((await width()) - before) < 2, "put back");

  await tabTo(() => document.activeElement.classList.contains("cm-content"));
  await paste(page, "package pool\nfunc  find( ){}\n");
  await page.keyboard.press("Alt+Shift+F");
  await page.locator("#note:has-text('Formatted')").waitFor();
  await page.keyboard.press("ControlOrMeta+f");
  await page.keyboard.type("find");
  assert.ok(await page.locator(".cm-searchMatch").first().isVisible());
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+Enter");
  await verdict(page).waitFor({ timeout: GRADING });
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await page.keyboard.press("]");
  assert.ok(await page.evaluate(() => document.activeElement.classList.contains("evidence")), "] goes to evidence");
  await page.keyboard.press("?");
  const list = await page.getByRole("dialog", { name: "Keys" }).textContent();
  for (const what of ["gofmt", "Find", "Next remark", "Leave the editor", "Submit"]) assert.ok(list.includes(what), what);
  await close();
});

test("on a phone: type, format, run, read, and the run bar stays", async () => {
  const { page, close } = await open(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.goto(address);
  await page.getByRole("button", { name: "Code", exact: true }).tap();
  await paste(page, "package pool\nfunc  f( ){ x() }\n");
  await page.getByRole("button", { name: "gofmt" }).tap();
  await page.locator("#note:has-text('Formatted')").waitFor();
  await page.getByRole("button", { name: "Run visible" }).tap();
  await verdict(page).waitFor({ timeout: GRADING });
  assert.ok(await page.locator(".pane.results").isVisible());
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${wider} px too wide`);
  await page.locator("#live a.place").first().tap();
  assert.ok(await page.locator(".code-pane").isVisible(), "a place leads to the code");
  await close();
});
