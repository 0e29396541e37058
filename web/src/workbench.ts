// The workbench of one exercise: editor, draft, run bar and result, put together over the plain form of the page.
import { Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";

import { ask } from "./ask";
import { clock, type File, Kept } from "./draft";
import { Editor, type Remark } from "./editor";
import "./hints";
import { follow } from "./live";
import { type Scope, submit } from "./submit";
import { Tabs } from "./tabs";
import { initViews } from "./views";

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
const showView = initViews(bench);

/** What the exercise begins with: the values that the server wrote into the plain form. */
const start: File[] = [...document.querySelectorAll<HTMLTextAreaElement>("textarea[data-path]")].map((t) => ({
  path: t.dataset["path"] ?? "",
  content: t.defaultValue,
}));

const editor = new Editor(
  need("#editor"),
  {
    changed: () => later(),
    keys: Prec.highest(
      keymap.of([
        { key: "Mod-Enter", run: () => (void run("visible"), true) },
        { key: "Mod-Shift-Enter", run: () => (void run("all"), true) },
      ]),
    ),
  },
  document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "",
);
const tabs = new Tabs(need("#tabs"), editor, later, bench.dataset["package"] ?? "main");

let timer = 0;
let keptAt = 0;

function save(): void {
  clearTimeout(timer);
  timer = 0;
  keptAt = Date.now();
  const ok = kept.save({ version, files: editor.files(), at: keptAt });
  saved.textContent = ok ? `saved here at ${clock(keptAt)}` : "not saved: this browser keeps nothing; copy your code before you leave";
}

function later(): void {
  if (timer) return;
  saved.textContent = "saving…";
  timer = window.setTimeout(save, 400);
}

addEventListener("pagehide", () => {
  if (timer) save();
});
addEventListener("storage", (e) => {
  if (e.key === kept.key && e.newValue) saved.textContent = "another window saved a newer draft; load the page again to take it";
});

let stop: (() => void) | undefined;
let busy = false;

function setBusy(on: boolean): void {
  busy = on;
  for (const b of document.querySelectorAll<HTMLButtonElement>("button[name=scope]")) b.setAttribute("aria-disabled", String(on));
}

/** Lines of the result that lie in the candidate's files. */
function remarks(box: HTMLElement): Remark[] {
  return [...box.querySelectorAll<HTMLElement>("[data-remark]")].map((e) => ({
    file: e.dataset["file"] ?? "",
    line: Number(e.dataset["line"]),
    shape: e.dataset["shape"] ?? "",
    note: e.dataset["remark"] ?? "",
  }));
}

function watch(id: string, scope: Scope, at: number): void {
  bench.dataset["ran"] = "";
  stop?.();
  stop = follow(id, live, said, "result", {
    settled: (box, p) => {
      setBusy(false);
      const verdict = p.state === "faulted" ? "our fault" : p.state === "canceled" ? "called back" : p.verdict;
      const shape = box.querySelector(".verdict .shape")?.textContent ?? "";
      kept.note({ id, scope, at, verdict: `${shape} ${verdict}` });
      attempts();
      editor.remark(remarks(box));
    },
  });
}

async function run(wanted: Scope): Promise<void> {
  if (busy) return;
  // An exhibit has no visible tests, so both keys submit.
  const scope = document.querySelector("button[name=scope][value=visible]") ? wanted : "all";
  setBusy(true);
  save();
  problem.hidden = true;
  editor.remark([]);
  live.textContent = "Handing in…";
  live.parentElement?.scrollTo(0, 0);
  showView("result");
  try {
    const id = await submit(slug, editor.files(), scope, crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
    const at = Date.now();
    kept.note({ id, scope, at });
    attempts();
    watch(id, scope, at);
  } catch (e) {
    setBusy(false);
    live.textContent = "";
    problem.textContent = e instanceof Error ? e.message : String(e);
    problem.hidden = false;
  }
}

/** The strip of earlier runs made in this browser, newest first. */
function attempts(): void {
  const list = need("#attempts");
  const all = kept.attempts().reverse();
  list.parentElement!.hidden = all.length === 0;
  list.replaceChildren(
    ...all.map((a) => {
      const link = document.createElement("a");
      link.href = `/runs/${a.id}`;
      link.textContent = `${clock(a.at)} ${a.scope === "all" ? "submit" : "run"} ${a.verdict ?? "…"}`;
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
  if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey) || e.defaultPrevented || document.querySelector("dialog[open]")) return;
  e.preventDefault();
  void run(e.shiftKey ? "all" : "visible");
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
  const sure = await ask({ title: "Back to the start?", text: "Your draft is replaced by what the exercise begins with. Earlier runs keep their files.", ok: "Reset", cancel: true });
  if (sure === undefined) return;
  clearTimeout(timer);
  timer = 0;
  editor.load(start);
  tabs.draw();
  editor.remark([]);
  kept.forget();
  saved.textContent = "the start of the exercise";
});

const draft = kept.load();
editor.load(draft?.files ?? start);
tabs.draw();
for (const e of document.querySelectorAll<HTMLElement>(".plain-form")) e.remove();
if (draft) {
  saved.textContent = `saved here at ${clock(draft.at)}`;
  if (draft.version !== version) saved.textContent += "; the exercise has changed since";
} else {
  saved.textContent = "the start of the exercise";
}
attempts();
// The last run goes on where it was, also when the page was loaded again in the middle of it.
const last = kept.attempts().at(-1);
if (last) watch(last.id, last.scope, last.at);
