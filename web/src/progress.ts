// The stream of one submission as the server sends it, folded into what a person wants to see. Pure: no page, no clock.
import { shown } from "./shown";
import { phrase } from "./words";

export type PassName = "plain" | "race" | "stress" | "bench";
export type TestStatus = "passed" | "failed" | "not_run";
export type Step = "screen" | "build" | "plain" | "race" | "stress" | "observe" | "bench" | "judge";

/** The events of `assay-core`, as far as the page reads them; the report itself is drawn by the server. */
export type Event =
  | { type: "queued"; position: number }
  | { type: "started"; attempt: number }
  | { type: "step"; step: Step }
  | { type: "plan"; pass: PassName; tests: string[] }
  | { type: "test"; pass: PassName; name: string; status: TestStatus; duration_ms: number }
  | { type: "evidence"; pass: PassName }
  | { type: "finished"; report: { verdict: string; summary: string; exercise?: { version: string } } }
  | { type: "faulted" }
  | { type: "canceled" };

/** One test of one pass, so far. */
export interface Tick {
  status: TestStatus | "waiting";
  ms: number;
}

/** Where a submission is. */
export interface Progress {
  state: "unknown" | "queued" | "running" | "finished" | "faulted" | "canceled";
  position: number;
  attempt: number;
  steps: Step[];
  passes: Map<PassName, Map<string, Tick>>;
  /** Pieces of evidence that passes have shown so far. */
  shown: number;
  verdict: string;
  summary: string;
  /** Of the exercise that it was graded with; empty before it is over. */
  version: string;
}

export function begin(): Progress {
  return { state: "unknown", position: 0, attempt: 0, steps: [], passes: new Map(), shown: 0, verdict: "", summary: "", version: "" };
}

/** The progress after one more event. Changes `p` and gives it back. */
export function fold(p: Progress, e: Event): Progress {
  switch (e.type) {
    case "queued":
      p.state = "queued";
      p.position = e.position;
      break;
    case "started":
      // A later try starts from nothing: what the broken one had seen does not count.
      p.state = "running";
      p.attempt = e.attempt;
      p.steps = [];
      p.passes = new Map();
      p.shown = 0;
      break;
    case "step":
      p.state = "running";
      if (!p.steps.includes(e.step)) p.steps.push(e.step);
      break;
    case "plan":
      p.passes.set(e.pass, new Map(e.tests.map((t) => [t, { status: "waiting", ms: 0 }])));
      break;
    case "test": {
      const tests = p.passes.get(e.pass) ?? new Map<string, Tick>();
      tests.set(e.name, { status: e.status, ms: e.duration_ms });
      p.passes.set(e.pass, tests);
      break;
    }
    case "evidence":
      p.shown++;
      break;
    case "finished":
      p.state = "finished";
      p.version = e.report.exercise?.version ?? "";
      p.verdict = e.report.verdict;
      p.summary = shown(e.report.summary);
      break;
    case "faulted":
      p.state = "faulted";
      p.summary = phrase("js-live-faulted");
      break;
    case "canceled":
      p.state = "canceled";
      p.summary = phrase("js-live-called-back");
      break;
  }
  return p;
}

/** Whether nothing more comes. */
export function isOver(p: Progress): boolean {
  return p.state === "finished" || p.state === "faulted" || p.state === "canceled";
}

/** Tests that have ended in a pass, and all of them. */
export function done(p: Progress, pass: PassName): [number, number] {
  const tests = [...(p.passes.get(pass)?.values() ?? [])];
  return [tests.filter((t) => t.status !== "waiting").length, tests.length];
}

const DOING: Record<Step, string> = {
  screen: phrase("js-live-screen"),
  build: phrase("js-live-build"),
  plain: phrase("js-live-plain"),
  race: phrase("js-live-race"),
  observe: phrase("js-live-observe"),
  stress: phrase("js-live-stress"),
  bench: phrase("js-live-bench"),
  judge: phrase("js-live-judge"),
};

/** What is being waited for, as a sentence. */
export function sentence(p: Progress): string {
  switch (p.state) {
    case "unknown":
      return phrase("js-live-asking");
    case "queued":
      if (p.position <= 1) return phrase("js-live-queue-next");
      return phrase("js-live-queue-place", { place: p.position, before: p.position - 1 });
    case "running": {
      // `attempt` above 1 means that a try broke on our side; the candidate should know that it cost nothing.
      const again = p.attempt > 1 ? `${phrase("js-live-another-try", { attempt: p.attempt })} ` : "";
      const last = p.steps.at(-1);
      if (!last) return `${again}${phrase("js-live-begun")}`;
      const now = last === "plain" || last === "race" ? p.steps.filter((s) => s === "plain" || s === "race") : [last];
      const [first, second] = now.map((s) => DOING[s]);
      const what = first && second ? phrase("js-live-both", { first, second }) : (first ?? "");
      return `${again}${phrase("js-live-now", { what })}`;
    }
    case "finished":
      return `${p.verdict}: ${p.summary}`;
    case "faulted":
    case "canceled":
      return p.summary;
  }
}
