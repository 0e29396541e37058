// Text that means harm, in everything that a stranger can write: on every page it is text and nothing else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { graded } from "./handed.mjs";
import { BASE, launch, open, paste } from "./setup.mjs";

const SLUG = "select-deadlock";

/** Each would leave a mark if it were more than text: a word in `window`, an element, a request, a turned line. */
const TAGS = [
  "<script>window.pwned=1</script>",
  '"><img src="/pwned.png" onerror="window.pwned=1" data-pwned>',
  "'><svg onload=window.pwned=1 data-pwned></svg>",
  "]]><b data-pwned>-->",
  "</textarea></pre></title></style><b data-pwned>bold</b>",
  "{{7*7}}${7*7}<%= 7*7 %>",
  "[link](javascript:window.pwned=1) javascript:window.pwned=1",
].join(" ");
/** Turns lines, hides, moves a terminal's cursor. */
const MARKS = "\u202eturned\u2066\u200b\ufeff\u001b[31mred\u001b]8;;http://elsewhere.example\u0007\u0000";
const TEXT = `${TAGS} ${MARKS}`;
/** As JavaScript takes it back, for a string of Go. */
const quoted = JSON.stringify(TEXT);
const goString = quoted.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

const main = (body, imports = "") => [{ path: "main.go", content: `package main\n${imports}\nfunc main() {\n${body}\n}\n` }];

/** What is handed in, by what it makes the server say. */
const PROGRAMS = {
  "a comment": main(`\t// ${TAGS}\n\tselect {}`),
  "a message of the compiler": main(`\tvar x int = ${goString}`),
  "a refusal": [{ path: "main.go", content: `package main\n\n// ${TAGS} \u202e\nfunc main() {}\n` }],
  "a panic": main(`\tpanic(${goString})`),
  "output": main(`\tfmt.Println(${goString})\n\tfmt.Println(strings.Repeat("A", 1<<20))`, `\nimport (\n\t"fmt"\n\t"strings"\n)\n`),
  "one long line": main(`\tprintln("${"A".repeat(200_000)}")`),
  "a name of a function": main("\tпривет_世界()").concat({ path: "other.go", content: "package main\n\nfunc привет_世界() { panic(1) }\n" }),
};

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** A page that remembers what a text must not do. */
async function watched(options) {
  const opened = await open(browser, options);
  const wrong = [];
  opened.page.on("dialog", (d) => {
    wrong.push(`a dialog: ${d.message()}`);
    void d.dismiss();
  });
  opened.page.on("request", (r) => {
    const url = new URL(r.url());
    if (url.protocol !== "data:" && url.protocol !== "blob:" && (url.origin !== BASE || url.pathname === "/pwned.png")) wrong.push(`a request: ${r.url()}`);
  });
  return { ...opened, wrong };
}

/** Nothing of the texts came alive on the page as it is now. */
async function inert({ page, complaints, wrong }, what) {
  const found = await page.evaluate(() => {
    const found = [];
    if ("pwned" in window) found.push("a script ran");
    for (const e of document.querySelectorAll("[data-pwned], img[src], iframe, object, embed")) found.push(`an element: ${e.outerHTML.slice(0, 200)}`);
    for (const e of document.querySelectorAll("*"))
      for (const { name, value } of e.attributes) {
        if (/^on/i.test(name)) found.push(`a handler: ${e.tagName} ${name}`);
        if (/^(href|src|action|formaction|xlink:href)$/i.test(name) && /^\s*(javascript|data:text|vbscript)/i.test(value)) found.push(`an address: ${value}`);
      }
    for (const s of document.scripts) if (s.type !== "application/json" && (!s.src || new URL(s.src).origin !== location.origin)) found.push(`a script: ${s.outerHTML.slice(0, 200)}`);
    // What is typed stays as it is, in fields and in the editor; whatever else is shown must show these.
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (text.parentElement.closest("textarea, script, .cm-editor")) continue;
      const at = text.data.search(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]/);
      if (at >= 0) found.push(`a control: ${JSON.stringify(text.data.slice(Math.max(0, at - 40), at + 10))} in ${text.parentElement.cloneNode().outerHTML.slice(0, 120)}`);
    }
    return found;
  });
  // That an address is not there is told as an error by the browser.
  const told = complaints.filter((c) => !/status of 4\d\d/.test(c));
  assert.deepEqual([...found, ...told, ...wrong], [], what);
}

test("what came alive is found", async () => {
  const opened = await watched();
  await opened.page.goto(`${BASE}/nowhere`);
  await opened.page.evaluate((text) => (document.querySelector("main").innerHTML = text), TEXT.replace("\0", ""));
  await assert.rejects(inert(opened, "alive"), (e) => ["an element", "a handler", "a control"].every((word) => e.message.includes(word)) && /Content Security Policy/.test(e.message));
  await opened.close();
});

/** Goes to an address; whether something is there. */
async function visit(opened, address, what = address) {
  const answer = await opened.page.goto(BASE + address);
  assert.ok(answer.status() < 500, `${what}: ${answer.status()}`);
  await inert(opened, what);
  return answer.ok();
}

for (const [what, files] of Object.entries(PROGRAMS))
  test(`code and what comes of it: ${what}`, async () => {
    const opened = await watched();
    const { page } = opened;
    const id = await graded(page.context(), SLUG, files);
    const before = await graded(page.context(), SLUG, main("\tselect {}"));
    for (const address of [
      `/runs/${id}`,
      `/runs/${id}/result`,
      `/runs/${id}/report`,
      `/runs/${id}/timeline`,
      `/runs/${before}/against/${id}`,
      `/runs/${id}/against/${before}`,
      `/exercises/${SLUG}`,
      `/exercises/${SLUG}/attempts`,
      "/progress",
    ])
      await visit(opened, address, `${what}: ${address}`);
    // Opening everything that is folded shows nothing new.
    await page.goto(`${BASE}/runs/${id}`);
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    await inert(opened, `${what}, opened`);
    await opened.close();
  });

test("code that the browser keeps, and the workbench runs", async () => {
  const opened = await watched();
  const { page } = opened;
  await page.goto(`${BASE}/exercises/${SLUG}`);
  await paste(page, `package main\n\n// ${TEXT}\nfunc main() { panic(${goString}) }\n`);
  await page.waitForTimeout(600);
  await page.reload();
  await page.locator(".cm-content").waitFor();
  await inert(opened, "a draft");
  await paste(page, `package main\n\nfunc main() { panic(${goString}) }\n`);
  await page.getByRole("button", { name: "Submit", exact: true }).click();
  await page.locator("#live .result > .verdict").waitFor({ timeout: 120_000 });
  await inert(opened, "the result in the workbench");
  await opened.close();
});

test("drafts on the server", async () => {
  const opened = await watched();
  const { page } = opened;
  await page.goto(`${BASE}/exercises/${SLUG}`);
  const saved = async (from, content) => {
    const answer = await page.context().request.put(`${BASE}/api/drafts/${SLUG}`, { data: { from, files: [{ path: "main.go", content }] } });
    assert.equal(answer.status(), 200, await answer.text());
    return (await answer.json()).revision;
  };
  const first = await saved(0, `package main\n\n// ${TEXT}\n`);
  await saved(first, `package main\n\n// ${TEXT} and more\n// ${"A".repeat(200_000)}\n`);
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await page.locator(".cm-content").waitFor();
  await inert(opened, "the workbench with a draft of the server's");
  for (const address of [`/exercises/${SLUG}/playback`, `/exercises/${SLUG}/playback?revision=2`]) await visit(opened, address);
  await opened.close();
});

test("names of files, posted by a form", async () => {
  const opened = await watched({ javaScriptEnabled: false });
  const { page } = opened;
  await page.goto(`${BASE}/exercises/${SLUG}`);
  await page.getByLabel("Name of file 1").fill(`${TEXT}.go`.replace("\0", ""));
  await page.getByLabel("Text of file 1").fill(TAGS);
  await page.getByRole("button", { name: "Submit", exact: true }).click();
  assert.match(await page.locator("#problem").textContent(), /is not allowed/);
  assert.equal(await page.getByLabel("Text of file 1").inputValue(), TAGS, "no code is lost");
  assert.equal(await page.locator("[data-pwned]").count(), 0);
  await opened.close();
});

test("addresses and what stands behind the question mark", async () => {
  const opened = await watched();
  const text = encodeURIComponent(TAGS + "\u202e\u001b[2J");
  const id = await graded(opened.page.context(), SLUG, main("\tselect {}"));
  for (const address of [
    `/${text}`,
    `/exercises/${text}`,
    `/runs/${text}`,
    `/runs/${id}/tests/${text}`,
    `/runs/${id}/against/${text}`,
    `/questions/${text}`,
    `/static/${text}/x.js`,
    ...["/exercises", `/exercises/${SLUG}`, `/exercises/${SLUG}/attempts`, `/exercises/${SLUG}/designs`, `/exercises/${SLUG}/playback`, "/progress", "/questions", `/runs/${id}`, `/runs/${id}/timeline`].map(
      (page) => `${page}?${["q", "topic", "kind", "state", "part", "focus", "revision", "run", "a", "b"].map((key) => `${key}=${text}`).join("&")}`,
    ),
  ])
    await visit(opened, address, `${address.slice(0, 80)}…`);
  await opened.close();
});

test("answers to written questions", async (t) => {
  const opened = await watched();
  const { page } = opened;
  if (!(await visit(opened, "/questions"))) {
    t.skip("there are no questions here");
    return opened.close();
  }
  const first = page.locator('main a[href^="/questions/"]').first();
  const address = await first.getAttribute("href");
  await page.goto(BASE + address);
  await page.getByRole("button", { name: /^Start the clock/ }).click();
  await page.waitForURL(/#text$/);
  await page.locator("textarea").first().fill(TEXT.replace("\0", ""));
  await page.waitForTimeout(2500);
  await page.reload();
  assert.match(await page.locator("textarea").first().inputValue(), /window\.pwned/, "the answer is kept");
  await inert(opened, "an answer that is being written");
  await page.getByRole("button", { name: /^I am done/ }).click();
  await page.waitForURL(/\/answers\//);
  await inert(opened, "an answer beside its points");
  await visit(opened, `${address}/answers`);
  await opened.close();
});
