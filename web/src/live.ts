// Follows one submission: draws the stream as it comes, then puts the server's report in its place.
import { type Feed, feed } from "./feed";
import { begin, done, fold, isOver, type PassName, type Progress, sentence } from "./progress";
import { phrase } from "./words";

const SHAPE = { passed: "●", failed: "✕", not_run: "–", waiting: "·" } as const;
const WORD = {
  passed: phrase("js-live-passed"),
  failed: phrase("js-live-failed"),
  not_run: phrase("js-live-not-run"),
  waiting: phrase("js-live-waiting"),
};

function cell(tag: "td" | "th", text: string, className = ""): HTMLTableCellElement {
  const c = document.createElement(tag);
  c.textContent = text;
  c.className = className;
  return c;
}

/** The table of tests by pass, made anew: at most a few dozen rows. */
function table(p: Progress): HTMLTableElement | undefined {
  const passes = (["plain", "race", "stress", "bench"] as PassName[]).filter((n) => p.passes.has(n));
  const names = new Set(passes.flatMap((n) => [...(p.passes.get(n)?.keys() ?? [])]));
  if (names.size === 0) return undefined;
  const t = document.createElement("table");
  t.className = "tests";
  t.createCaption().className = "unseen";
  t.caption!.textContent = phrase("js-live-caption");
  const head = t.createTHead().insertRow();
  head.append(cell("th", phrase("js-live-test")), ...passes.map((n) => cell("th", `${n} ${done(p, n).join("/")}`)));
  for (const th of head.cells) th.scope = "col";
  const body = t.createTBody();
  for (const name of names) {
    const row = body.insertRow();
    const th = cell("th", name);
    th.scope = "row";
    row.append(th);
    for (const pass of passes) {
      const tick = p.passes.get(pass)?.get(name) ?? { status: "waiting" as const, ms: 0 };
      const td = cell("td", `${SHAPE[tick.status]} ${WORD[tick.status]}`, `v v-${tick.status}`);
      if (tick.status === "passed" || tick.status === "failed") {
        const ms = document.createElement("span");
        ms.className = "soft small";
        ms.textContent = ` ${tick.ms} ms`;
        td.append(ms);
      }
      row.append(td);
    }
  }
  return t;
}

/** What following a submission tells its caller. */
export interface Hooks {
  /** The report, or the note about our fault, stands in the box now. */
  settled?: (box: HTMLElement, p: Progress) => void;
  /** Evidence was drawn before the run is over. */
  shown?: (box: HTMLElement) => void;
  /** Something changed; for badges outside of the box. */
  changed?: (p: Progress) => void;
  /** The run cannot be followed: it is not there. */
  lost?: () => void;
}

/** What the server draws once the run is over: the result for a workbench, or the whole report. */
export type Part = "result" | "report";

/** Our own server's fragment, escaped there; `template` keeps it inert until it is in the document. */
async function fragment(address: string): Promise<DocumentFragment | undefined> {
  try {
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    if (!answer.ok) return undefined;
    const t = document.createElement("template");
    t.innerHTML = await answer.text();
    return t.content;
  } catch {
    return undefined;
  }
}

/** Tries to get the result so often; the server may be on its way back. */
const TRIES = 20;
const REST = 1500;

/** Draws submission `id` into `box` until it is settled. Gives a way to stop. */
export function follow(id: string, box: HTMLElement, said: HTMLElement, part: Part, hooks: Hooks = {}): () => void {
  const p = begin();
  const state = document.createElement("p");
  state.className = "state";
  const connection = document.createElement("p");
  connection.className = "connection";
  connection.setAttribute("role", "status");
  const first = document.createElement("div");
  const ticks = document.createElement("div");
  ticks.className = "wide";
  box.replaceChildren(state, connection, first, ticks);
  box.setAttribute("aria-busy", "true");
  let stopped = false;
  let frame = 0;

  const draw = () => {
    const now = sentence(p);
    state.textContent = now;
    // Said aloud only when the stage changes, not at every test.
    if (said.textContent !== now) said.textContent = now;
    const t = table(p);
    ticks.replaceChildren(...(t ? [t] : []));
    if (p.shown === 0) first.replaceChildren();
    hooks.changed?.(p);
  };

  const show = async (shown: number) => {
    const drawn = await fragment(`/runs/${id}/first`);
    if (!drawn || stopped || isOver(p) || p.shown !== shown) return;
    first.replaceChildren(drawn);
    hooks.shown?.(box);
  };

  const settle = async () => {
    for (let n = 0; n < TRIES && !stopped; n++) {
      const drawn = await fragment(`/runs/${id}/${part}`);
      if (stopped) return;
      if (drawn) {
        box.replaceChildren(drawn);
        box.removeAttribute("aria-busy");
        hooks.settled?.(box, p);
        return;
      }
      connection.textContent = phrase("js-live-no-report-yet");
      await new Promise((r) => setTimeout(r, REST));
    }
    const link = document.createElement("a");
    link.href = `/runs/${id}`;
    link.textContent = phrase("js-live-open-report");
    connection.replaceChildren(link);
    box.removeAttribute("aria-busy");
    hooks.settled?.(box, p);
  };

  const source: Feed = feed(id, {
    event: (e) => {
      fold(p, e);
      cancelAnimationFrame(frame);
      if (isOver(p)) {
        source.close();
        draw();
        void settle();
        return;
      }
      if (e.type === "evidence") void show(p.shown);
      frame = requestAnimationFrame(draw);
    },
    connection: (words) => (connection.textContent = words),
    gone: (words) => {
      connection.textContent = words;
      box.removeAttribute("aria-busy");
      hooks.lost?.();
    },
  });
  draw();
  return () => {
    stopped = true;
    source.close();
  };
}
