// What goroutines did, as numbers in rows: read once from the server's JSON, then only looked up. Nothing here draws.
import { shown } from "./shown";
import { phrase } from "./words";

/** States as they are drawn: those of the runtime, a wait by what is waited for. The order is that of the legend. */
export const STATES = ["running", "runnable", "channel", "select", "lock", "sleep", "syscall", "other"] as const;
export type StateName = (typeof STATES)[number];

export interface Lane {
  goroutine: number;
  name: string;
  own: boolean;
  /** Place of its `go` statement, e.g. `pool.go:33`; empty when it is nobody's. */
  created: string;
  /** Its spans are those from `first` up to but not including `last`. */
  first: number;
  last: number;
}

/** Lanes that were created at one place. */
export interface Group {
  title: string;
  lanes: number[];
}

export interface Period {
  from: number;
  to: number;
  name: string;
}

/** Times are nanoseconds from the start of the first test. */
export interface Model {
  end: number;
  lanes: Lane[];
  groups: Group[];
  /** By span. */
  from: Float64Array;
  to: Float64Array;
  state: Uint8Array;
  /** Index into `words`: why and where, as far as that is known. */
  word: Uint16Array;
  words: string[];
  /** By wake-up, in the order of time; who is the index of a lane. */
  edgeAt: Float64Array;
  edgeFrom: Int16Array;
  edgeTo: Int16Array;
  tests: Period[];
  gc: Period[];
}

export interface Window {
  from: number;
  to: number;
}

interface PlaceJson {
  file: string;
  line: number;
}
interface SpanJson {
  from: number;
  to: number;
  state: string;
  reason: string;
  at?: PlaceJson | null;
}
interface LaneJson {
  goroutine: number;
  name: string;
  own: boolean;
  created_at?: PlaceJson | null;
  spans: SpanJson[];
}
interface PeriodJson {
  from: number;
  to: number;
  name?: string;
}
export interface TimelineJson {
  end_ns: number;
  tests: PeriodJson[];
  lanes: LaneJson[];
  gc: PeriodJson[];
  edges: { at: number; from: number; to: number }[];
}

function stateOf(span: SpanJson): number {
  const index = (name: StateName) => STATES.indexOf(name);
  if (span.state !== "waiting") return span.state === "running" || span.state === "runnable" || span.state === "syscall" ? index(span.state) : index("other");
  const why = span.reason;
  if (why.startsWith("chan")) return index("channel");
  if (why.startsWith("select")) return index("select");
  if (/^sync(\.|$)/.test(why) || why.endsWith("Lock")) return index("lock");
  if (why === "sleep") return index("sleep");
  if (why === "IO wait" || why === "network") return index("syscall");
  return index("other");
}

function place(at: PlaceJson | null | undefined): string {
  return at ? `${shown(at.file)}:${at.line}` : "";
}

/** Words by number: the same few come again and again. */
class Words {
  readonly all: string[] = [""];
  private readonly known = new Map<string, number>([["", 0]]);

  number(word: string): number {
    const there = this.known.get(word);
    if (there !== undefined) return there;
    // One more than fits in 16 bits is only said as what it is.
    if (this.all.length > 0xffff) return 0;
    this.known.set(word, this.all.length);
    return this.all.push(word) - 1;
  }
}

/** Reads a timeline. Times that make no sense (a candidate's process wrote them) are put in order and inside of the whole. */
export function read(json: TimelineJson): Model {
  const end = Math.max(1, json.end_ns);
  const count = json.lanes.reduce((n, l) => n + l.spans.length, 0);
  const [from, to] = [new Float64Array(count), new Float64Array(count)];
  const [state, word] = [new Uint8Array(count), new Uint16Array(count)];
  const words = new Words();
  const lanes: Lane[] = [];
  const byGoroutine = new Map<number, number>();
  let n = 0;
  for (const lane of json.lanes) {
    const first = n;
    let before = 0;
    for (const span of lane.spans) {
      from[n] = Math.min(Math.max(span.from, before), end);
      before = to[n] = Math.min(Math.max(span.to, from[n]!), end);
      state[n] = stateOf(span);
      word[n] = words.number([shown(span.reason), place(span.at)].filter(Boolean).join(" "));
      n++;
    }
    byGoroutine.set(lane.goroutine, lanes.length);
    lanes.push({ goroutine: lane.goroutine, name: shown(lane.name), own: lane.own, created: place(lane.created_at), first, last: n });
  }
  const edges = json.edges.filter((e) => byGoroutine.has(e.from) && byGoroutine.has(e.to)).sort((a, b) => a.at - b.at);
  const who = (goroutine: number) => byGoroutine.get(goroutine) ?? 0;
  const period = (p: PeriodJson) => ({ from: Math.min(p.from, end), to: Math.min(p.to, end), name: shown(p.name ?? "") });
  return {
    end,
    lanes,
    groups: groups(lanes),
    from,
    to,
    state,
    word,
    words: words.all,
    edgeAt: Float64Array.from(edges, (e) => e.at),
    edgeFrom: Int16Array.from(edges, (e) => who(e.from)),
    edgeTo: Int16Array.from(edges, (e) => who(e.to)),
    tests: json.tests.map(period),
    gc: json.gc.map(period),
  };
}

/** By place of creation, in the order in which the first of each began. */
function groups(lanes: Lane[]): Group[] {
  const all = new Map<string, Group>();
  lanes.forEach((lane, i) => {
    const key = lane.created || " ";
    const group = all.get(key) ?? { title: lane.created ? phrase("js-timeline-created", { at: lane.created }) : phrase("js-timeline-maker-unknown"), lanes: [] };
    group.lanes.push(i);
    all.set(key, group);
  });
  return [...all.values()];
}

/** The first index from `low` up to `high` whose value in `sorted` is over `value`; `high` when none is. */
export function above(sorted: Float64Array, value: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The span of a lane at a time; -1 before its beginning and from its end on. */
export function spanAt(m: Model, lane: number, at: number): number {
  const { first, last } = m.lanes[lane]!;
  const i = above(m.from, at, first, last) - 1;
  return i >= first && (at < m.to[i]! || (at === m.to[i] && at === m.end)) ? i : -1;
}

/** When a lane changed its state before or after a time; nothing when it did not. */
export function change(m: Model, lane: number, at: number, step: 1 | -1): number | undefined {
  const { first, last } = m.lanes[lane]!;
  if (first === last) return undefined;
  const next = above(m.from, at, first, last);
  if (step > 0) return next < last ? m.from[next] : m.to[last - 1]! > at ? m.to[last - 1] : undefined;
  if (at > m.to[last - 1]!) return m.to[last - 1];
  let i = next - 1;
  if (i >= first && m.from[i] === at) i--;
  return i >= first ? m.from[i] : undefined;
}

/** How many lanes are in each of `STATES` at a time. */
export function counts(m: Model, at: number): number[] {
  const sums = STATES.map(() => 0);
  for (let lane = 0; lane < m.lanes.length; lane++) {
    const i = spanAt(m, lane, at);
    if (i >= 0) sums[m.state[i]!]!++;
  }
  return sums;
}

/** So many changes of state before the moment are shown at first. */
const BEFORE = 150;

/** What is shown at first: the changes that led to the moment, with some room after it; everything without a moment. */
export function opening(m: Model, moment: number | undefined): Window {
  if (moment === undefined) return { from: 0, to: m.end };
  const begun = m.from.filter((at) => at < moment).sort();
  const since = begun.length > BEFORE ? begun[begun.length - BEFORE]! : 0;
  const width = Math.max(moment - since, m.end / 1e5, 1000);
  return inside(m, { from: moment - width, to: moment + width / 4 });
}

/** Nothing is narrower than this, nanoseconds. */
const NARROWEST = 200;

/** The same window, or the nearest one that shows a part of the time and nothing far outside of it. */
export function inside(m: Model, w: Window): Window {
  const width = Math.min(Math.max(w.to - w.from, NARROWEST), m.end * 1.04);
  const low = -m.end * 0.02;
  const high = m.end * 1.02;
  const from = Math.min(Math.max(w.from, low), Math.max(low, high - width));
  return { from, to: from + width };
}

/**
 * The spans of a lane in a window as columns of `width` pixels, left to right: `draw` gets left, right, state, and the span where it is one
 * span, -1 where it is what most of a pixel was.
 */
export function columns(
  m: Model,
  lane: number,
  w: Window,
  width: number,
  draw: (left: number, right: number, state: number, span: number) => void,
): void {
  const { first, last } = m.lanes[lane]!;
  const scale = width / (w.to - w.from);
  const took = new Float64Array(STATES.length);
  let pixel = -1;
  const flush = () => {
    if (pixel < 0) return;
    let most = 0;
    for (let s = 1; s < took.length; s++) if (took[s]! > took[most]!) most = s;
    draw(pixel, pixel + 1, most, -1);
    took.fill(0);
    pixel = -1;
  };
  for (let i = Math.max(first, above(m.from, w.from, first, last) - 1); i < last && m.from[i]! < w.to; i++) {
    if (m.to[i]! <= w.from) continue;
    const left = Math.max((m.from[i]! - w.from) * scale, 0);
    const right = Math.min((m.to[i]! - w.from) * scale, width);
    if (right - left >= 1) {
      flush();
      draw(left, right, m.state[i]!, i);
      continue;
    }
    const at = Math.min(Math.floor(left), width - 1);
    if (at !== pixel) flush();
    pixel = at;
    took[m.state[i]!]! += right - left;
  }
  flush();
}

/** `640 ns`, `13.20 µs`, `1.00 s`. */
export function nanos(ns: number): string {
  if (ns < 1e3) return `${Math.round(ns)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(2)} µs`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(2)} ms`;
  return `${(ns / 1e9).toFixed(2)} s`;
}

/** Times for marks under a window, some `about` of them, and how to write them. */
export function ticks(w: Window, about: number): { at: number[]; label: (at: number) => string } {
  const rough = (w.to - w.from) / Math.max(about, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= rough) ?? rough;
  const at: number[] = [];
  for (let t = Math.max(0, Math.ceil(w.from / step)) * step; t <= w.to && at.length < 100; t += step) at.push(t);
  const [unit, name] = w.to >= 1e9 ? [1e9, "s"] : w.to >= 1e6 ? [1e6, "ms"] : w.to >= 1e3 ? [1e3, "µs"] : [1, "ns"];
  const digits = Math.min(6, Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9)));
  return { at, label: (t) => `${(t / unit).toFixed(digits)} ${name}` };
}
