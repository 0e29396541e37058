// Follows one submission: draws the stream as it comes, then puts the server's report in its place.
import { begin, done, type Event, fold, type PassName, type Progress, sentence } from "./progress";

const SHAPE = { passed: "●", failed: "✕", not_run: "–", waiting: "·" } as const;
const WORD = { passed: "passed", failed: "failed", not_run: "not run", waiting: "waiting" } as const;
const EVENTS = ["queued", "started", "step", "plan", "test", "finished", "faulted", "canceled"] as const;

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
  t.caption!.textContent = "Tests by pass, so far";
  const head = t.createTHead().insertRow();
  head.append(cell("th", "Test"), ...passes.map((n) => cell("th", `${n} ${done(p, n).join("/")}`)));
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
  /** Something changed; for badges outside of the box. */
  changed?: (p: Progress) => void;
}

/** What the server draws once the run is over: the result for a workbench, or the whole report. */
export type Part = "result" | "report";

/** Draws submission `id` into `box` until it is settled. Gives a way to stop. */
export function follow(id: string, box: HTMLElement, said: HTMLElement, part: Part, hooks: Hooks = {}): () => void {
  const p = begin();
  const state = document.createElement("p");
  state.className = "state";
  const ticks = document.createElement("div");
  ticks.className = "wide";
  box.replaceChildren(state, ticks);
  box.setAttribute("aria-busy", "true");

  const draw = () => {
    const now = sentence(p);
    state.textContent = now;
    // Said aloud only when the stage changes, not at every test.
    if (said.textContent !== now) said.textContent = now;
    const t = table(p);
    ticks.replaceChildren(...(t ? [t] : []));
    hooks.changed?.(p);
  };

  const source = new EventSource(`/api/submissions/${id}/events`);
  let frame = 0;
  const take = (message: MessageEvent<string>) => {
    fold(p, JSON.parse(message.data) as Event);
    if (p.state === "finished" || p.state === "faulted" || p.state === "canceled") {
      source.close();
      cancelAnimationFrame(frame);
      draw();
      void settle();
      return;
    }
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  };
  source.onmessage = take;
  for (const name of EVENTS) source.addEventListener(name, take);
  // The browser reconnects by itself and goes on from the last number; a closed source is a refusal.
  source.onerror = () => {
    state.textContent =
      source.readyState === EventSource.CLOSED
        ? "The server does not give the progress of this run. Load the page again."
        : "The connection is lost; trying again. The run goes on without it.";
  };
  source.onopen = draw;

  const settle = async () => {
    try {
      const answer = await fetch(`/runs/${id}/${part}`, { headers: { accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      // Our own server's page, escaped there; `template` keeps it inert until it is in the document.
      const t = document.createElement("template");
      t.innerHTML = await answer.text();
      box.replaceChildren(t.content);
    } catch {
      const link = document.createElement("a");
      link.href = `/runs/${id}`;
      link.textContent = "Open the report";
      state.append(" ", link);
    }
    box.removeAttribute("aria-busy");
    hooks.settled?.(box, p);
  };

  draw();
  return () => source.close();
}
