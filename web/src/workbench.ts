// The workbench of one exercise: editor, draft, run bar and result, put together over the plain form of the page.
import { Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";

import type { Refusal } from "./api";
import { ask } from "./ask";
import { clock, type File, Kept, sameFiles } from "./draft";
import { Editor } from "./editor";
import { gofmt } from "./gofmt";
import "./hints";
import { follow } from "./live";
import { initPanes } from "./panes";
import { isOver } from "./progress";
import { drawn, type Remark } from "./remarks";
import { callBack, type Handing, handing, refused, type Scope, submit } from "./submit";
import { type State, Sync, words } from "./sync";
import { Tabs } from "./tabs";
import { initViews } from "./views";
import { phrase } from "./words";

function need<T extends HTMLElement>(selector: string): T {
  const e = document.querySelector<T>(selector);
  if (!e) throw new Error(`the page has no ${selector}`);
  return e;
}

const bench = need("#bench");
const slug = bench.dataset["slug"] ?? "";
const version = bench.dataset["version"] ?? "";
const kept = new Kept(slug);
const saved = need("#saved");
const said = need("#said");
const live = need("#live");
const problem = need("#problem");
const again = need<HTMLButtonElement>("#again");
const cancel = need<HTMLButtonElement>("#cancel");
const hint = need("#remarks");
const showView = initViews(bench);
initPanes(bench);

/** What the exercise begins with: the values that the server wrote into the plain form. */
const start: File[] = [...document.querySelectorAll<HTMLTextAreaElement>("textarea[data-path]")].map((t) => ({
  path: t.dataset["path"] ?? "",
  content: t.defaultValue,
}));

const editor = new Editor(
  need("#editor"),
  {
    changed: () => sync.changed(),
    keys: Prec.highest(
      keymap.of([
        { key: "Mod-Enter", run: () => (void run("visible"), true) },
        { key: "Mod-Shift-Enter", run: () => (void run("all"), true) },
        { key: "Mod-Shift-f", run: () => (void format(), true) },
        { key: "Alt-Shift-f", run: () => (void format(), true) },
        { key: "F8", run: () => (nextRemark(), true) },
      ]),
    ),
  },
  document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "",
);
const tabs = new Tabs(need("#tabs"), editor, () => sync.changed(), bench.dataset["package"] ?? "main");

// ---- the draft ----

/** Whether something was wrong with the draft, which is said aloud once it is well again. */
let trouble = false;
/** What is to be said beside where the draft is. */
let beside = "";

const sync: Sync = new Sync(slug, version, kept, {
  files: () => editor.files(),
  take: (files) => {
    editor.replace(files);
    tabs.draw();
  },
  show: (state) => {
    const untouched = state.at === "saved" && sameFiles(editor.files(), start) ? phrase("js-bench-start") : "";
    const text = [untouched, words(state), beside].filter(Boolean).join(" · ");
    if (saved.textContent !== text) saved.textContent = text;
    if (state.at === "apart") void choose(state);
    if (saved.dataset["at"] === state.at) return;
    saved.dataset["at"] = state.at;
    need("#apart").hidden = state.at !== "apart";
    const bad = state.at === "away" || state.at === "refused";
    if (bad) say(words(state));
    else if (trouble && state.at === "saved") say(phrase("js-bench-draft-back"));
    trouble = bad || (trouble && state.at !== "saved");
  },
});

let choosing = false;

/** Two drafts grew apart: which one is gone on with? */
async function choose({ theirs }: Extract<State, { at: "apart" }>): Promise<void> {
  if (choosing) return;
  choosing = true;
  const take = phrase("js-bench-take-theirs");
  const answer = await ask({
    title: phrase("js-bench-two-drafts"),
    text: phrase("js-bench-two-drafts-text", {
      revision: theirs.revision,
      at: clock(theirs.saved_ms),
      theirs: lines(theirs.files),
      mine: lines(editor.files()),
    }),
    ok: phrase("js-bench-keep-mine"),
    other: take,
  });
  choosing = false;
  if (answer !== undefined) await sync.settle(answer === take ? "theirs" : "mine");
}

function lines(files: File[]): string {
  const count = files.reduce((n, f) => n + f.content.split("\n").length, 0);
  return phrase("js-bench-lines", { count, files: files.map((f) => f.path).join(", ") });
}

need("#apart").addEventListener("click", () => sync.reconsider());

// ---- remarks at lines ----

function remark(all: Remark[]): void {
  const mine = all.filter((r) => editor.paths().includes(r.file));
  editor.remark(mine);
  hint.hidden = mine.length === 0;
  hint.textContent = mine.length === 1 ? phrase("js-bench-remark") : phrase("js-bench-remarks", { count: mine.length });
}

/** To the next line with a remark, in whatever file. */
function nextRemark(): void {
  if (hint.hidden) return;
  showView("code");
  editor.nextRemark();
  tabs.draw();
}

hint.addEventListener("click", nextRemark);

// ---- gofmt ----

let formatting = false;

async function format(): Promise<void> {
  if (formatting) return;
  formatting = true;
  const button = need("#gofmt");
  button.setAttribute("aria-busy", "true");
  const sent = editor.files();
  const answer = await gofmt(sent);
  button.removeAttribute("aria-busy");
  formatting = false;
  if (typeof answer === "string") return say(answer);
  // What was typed meanwhile is not written over.
  const now = new Map(editor.files().map((f) => [f.path, f.content]));
  const same = answer.files.filter((f) => sent.some((s) => s.path === f.path && s.content === now.get(f.path)));
  const texts = new Map(same.map((f) => [f.path, f.content]));
  const changed = same.filter((f) => f.content !== now.get(f.path));
  editor.replace(editor.files().map((f) => ({ ...f, content: texts.get(f.path) ?? f.content })));
  if (changed.length > 0) sync.changed();
  remark(answer.errors.map((e) => ({ file: e.file, line: e.line, column: e.column, shape: "⊘", note: `gofmt: ${e.message}` })));
  const [first] = answer.errors;
  if (first?.file) {
    const what = { place: `${first.file}:${first.line}`, message: first.message };
    const more = answer.errors.length - 1;
    say(more > 0 ? phrase("js-bench-gofmt-cannot-more", { ...what, more }) : phrase("js-bench-gofmt-cannot", what));
    editor.go(first.file, first.line);
    tabs.draw();
  } else if (first) {
    say(`gofmt: ${first.message}`);
  } else {
    say(changed.length > 0 ? phrase("js-bench-formatted", { files: changed.map((f) => f.path).join(", ") }) : phrase("js-bench-formatted-already"));
  }
}

/** Says what came of a small thing, aloud and under the editor. */
function say(text: string): void {
  need("#note").textContent = text;
}

need("#gofmt").addEventListener("click", () => {
  void format();
  editor.focus();
});

// ---- runs ----

let stop: (() => void) | undefined;
let busy = false;
/** The run that goes on, if one does. */
let running = "";

function setBusy(on: boolean): void {
  busy = on;
  if (!on) running = "";
  for (const b of document.querySelectorAll<HTMLButtonElement>("button[name=scope]")) b.setAttribute("aria-disabled", String(on));
  // The focus must not fall out of the page with the button.
  if (cancel.hidden !== !running && document.activeElement === cancel && !running) need<HTMLButtonElement>("button[name=scope]").focus();
  cancel.hidden = !running;
}

function watch(id: string, scope: Scope, at: number): void {
  bench.dataset["ran"] = "";
  stop?.();
  stop = follow(id, live, said, "result", {
    changed: (p) => {
      if (isOver(p) || running === id) return;
      running = id;
      setBusy(true);
    },
    shown: (box) => remark(drawn(box)),
    lost: () => setBusy(false),
    settled: (box, p) => {
      setBusy(false);
      const verdict = p.state === "faulted" ? phrase("js-bench-our-fault") : p.state === "canceled" ? phrase("js-bench-called-back") : p.verdict;
      const shape = box.querySelector(".verdict .shape")?.textContent ?? "";
      kept.note({ id, scope, at, verdict: `${shape} ${verdict}` });
      attempts();
      remark(drawn(box));
      if (p.version && p.version !== version && at > opened) {
        tell(phrase("js-bench-exercise-changed"));
      }
    },
  });
}

/** Shows what stands in the way; with a time when it is tried again by itself, and with a button to do it now. */
function tell(text: string, next?: () => void): void {
  problem.textContent = text;
  problem.hidden = false;
  again.hidden = !next;
  again.onclick = next ?? null;
}

let trying = 0;
/** How long a first save may hold up a run, milliseconds. */
const INTRODUCTION = 2000;

async function run(wanted: Scope): Promise<void> {
  if (busy) return;
  // An exhibit has no visible tests, so both keys submit.
  const scope = document.querySelector("button[name=scope][value=visible]") ? wanted : "all";
  setBusy(true);
  const flushed = sync.flush();
  // Whoever is new here becomes a visitor by the first answer: two at once would make two.
  if (!sync.isKnown()) await Promise.race([flushed, new Promise((r) => setTimeout(r, INTRODUCTION))]);
  await handIn(handing(slug, editor.files(), scope));
}

async function handIn(what: Handing): Promise<void> {
  clearTimeout(trying);
  setBusy(true);
  problem.hidden = true;
  again.hidden = true;
  remark([]);
  stop?.();
  live.textContent = phrase("js-bench-handing-in");
  live.parentElement?.scrollTo(0, 0);
  showView("result");
  const answer = await submit(what);
  if (typeof answer === "string") {
    const at = Date.now();
    kept.note({ id: answer, scope: what.scope, at });
    attempts();
    watch(answer, what.scope, at);
    return;
  }
  setBusy(false);
  live.textContent = "";
  notTaken(answer, what);
}

/** Nothing was handed in. The same again, under the same key, is graded once however often it is sent. */
function notTaken(refusal: Refusal, what: Handing): void {
  if (refusal.again === undefined) return tell(refused(refusal, ""));
  const retry = () => void (busy || handIn(what));
  tell(refused(refusal, clock(Date.now() + refusal.again * 1000)), retry);
  // A full queue is for people to come back to; a server that is away is waited for, as long as nobody typed on.
  if (refusal.status === 429) return;
  trying = window.setTimeout(() => sameFiles(editor.files(), what.files) && retry(), refusal.again * 1000);
}

cancel.addEventListener("click", async () => {
  const id = running;
  if (!id || cancel.getAttribute("aria-disabled") === "true") return;
  cancel.setAttribute("aria-disabled", "true");
  const wrong = await callBack(id);
  cancel.removeAttribute("aria-disabled");
  if (wrong) tell(wrong);
});

/** The strip of earlier runs made in this browser, newest first. */
function attempts(): void {
  const list = need("#attempts");
  const all = kept.attempts().reverse();
  list.parentElement!.hidden = all.length === 0;
  list.replaceChildren(
    ...all.map((a) => {
      const link = document.createElement("a");
      link.href = `/runs/${a.id}`;
      const scope = a.scope === "all" ? phrase("js-bench-attempt-submit") : phrase("js-bench-attempt-run");
      link.textContent = `${clock(a.at)} ${scope} ${a.verdict ?? "…"}`;
      const li = document.createElement("li");
      li.append(link);
      return li;
    }),
  );
}

need<HTMLFormElement>("#code").addEventListener("submit", (e) => {
  e.preventDefault();
  const by = e.submitter instanceof HTMLButtonElement ? e.submitter.value : "visible";
  void run(by === "all" ? "all" : "visible");
});
document.addEventListener("keydown", (e) => {
  // Inside the editor its own keymap has taken these already.
  if (e.defaultPrevented || document.querySelector("dialog[open]")) return;
  const mod = e.ctrlKey || e.metaKey;
  if (e.key === "Enter" && mod) void run(e.shiftKey ? "all" : "visible");
  else if (e.code === "KeyF" && e.shiftKey && (mod || e.altKey)) void format();
  else if (e.key === "F8") nextRemark();
  else return;
  e.preventDefault();
});
// A place in the result leads to the line in the editor, as long as that file is still there.
live.addEventListener("click", (e) => {
  const link = e.target instanceof Element ? e.target.closest<HTMLAnchorElement>("a[data-file]") : null;
  const file = link?.dataset["file"] ?? "";
  if (!link || !editor.paths().includes(file)) return;
  e.preventDefault();
  showView("code");
  editor.go(file, Number(link.dataset["line"]));
  tabs.draw();
});

need("#add").addEventListener("click", () => void tabs.add());
need("#rename").addEventListener("click", () => void tabs.rename());
need("#delete").addEventListener("click", () => void tabs.remove());
need("#reset").addEventListener("click", async () => {
  void sync.flush();
  const sure = await ask({ title: phrase("js-bench-reset-title"), text: phrase("js-bench-reset-text"), ok: phrase("js-bench-reset"), cancel: true });
  if (sure === undefined) return;
  editor.load(start);
  tabs.draw();
  remark([]);
  beside = "";
  sync.version = version;
  sync.changed();
});

const opened = Date.now();
const draft = kept.load();
editor.load(draft?.files ?? start);
tabs.draw();
for (const e of document.querySelectorAll<HTMLElement>(".plain-form")) e.remove();
if (draft && draft.version !== version) beside = phrase("js-bench-changed-since");
sync.begin(draft, "draft" in bench.dataset);
attempts();
// The last run goes on where it was, also when the page was loaded again in the middle of it.
const last = kept.attempts().at(-1);
if (last) watch(last.id, last.scope, last.at);
