// The picture of what goroutines did: loads the observation of a run when its place comes into view, then follows keys, pointer and wheel.
// Nothing moves by itself. The table under the picture is the server's and says the same.
import { HEAD, Painter, type Row, ROW, sides, type View } from "./canvas";
import { change, counts, inside, type Model, nanos, opening, read, spanAt, type StateName, STATES, type TimelineJson, type Window } from "./lanes";
import { phrase } from "./words";

/** The highest the picture gets, pixels; more rows are scrolled. */
const HIGHEST = 560;
/** A press that moves less is a click. */
const STILL = 4;

const one = <T extends Element>(parent: ParentNode, selector: string): T => parent.querySelector<T>(selector)!;

class Timeline {
  private readonly canvas = document.createElement("canvas");
  private readonly room = document.createElement("div");
  private readonly probe = document.createElement("span");
  private readonly painter: Painter;
  private readonly labels: Record<string, string> = {};
  private readonly folded = new Set<number>();
  private readonly pointers = new Map<number, { x: number; y: number }>();
  private readonly says: string;
  private rows: Row[] = [];
  private readonly view: View;
  private frame = 0;
  private moved = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly box: HTMLElement,
    private readonly now: HTMLElement,
    private readonly m: Model,
  ) {
    const moment = host.dataset["moment"] === undefined ? undefined : Number(host.dataset["moment"]);
    this.says = host.dataset["momentSays"] ?? "";
    this.view = { ...inside(m, opening(m, moment)), width: 0, height: 0, top: 0, line: moment, moment, lane: undefined };
    this.probe.className = "timeline-probe";
    this.room.className = "timeline-room";
    box.replaceChildren(this.probe, this.canvas, this.room);
    this.painter = new Painter(this.canvas, m, this.probe, this.labels);
    this.legend();
    this.arrange();
    this.measure();
    this.listen();
    this.paint();
    if (moment !== undefined) this.tell();
  }

  /** Chooses the lane of a goroutine and brings it into view; whether there is one. */
  choose(goroutine: number): boolean {
    const lane = this.m.lanes.findIndex((l) => l.goroutine === goroutine);
    if (lane < 0) return false;
    this.take(lane);
    return true;
  }

  private legend(): void {
    for (const item of this.host.querySelectorAll<HTMLElement>("[data-state]")) {
      const state = item.dataset["state"] ?? "";
      this.labels[state] = item.textContent?.trim() ?? state;
      const canvas = item.querySelector("canvas") ?? document.createElement("canvas");
      this.painter.swatch(state as StateName | "edge", canvas);
      one(item, ".swatch").replaceChildren(canvas);
    }
  }

  private arrange(): void {
    this.rows = this.m.groups.flatMap((group, n) => [{ group: n, lane: -1 }, ...(this.folded.has(n) ? [] : group.lanes.map((lane) => ({ group: n, lane })))]);
    const all = HEAD + this.rows.length * ROW;
    this.view.height = Math.min(all, HIGHEST, Math.max(240, window.innerHeight * 0.7));
    this.box.style.height = `${this.view.height + 2}px`;
    this.room.style.height = `${all - this.view.height}px`;
  }

  private measure(): void {
    this.view.width = Math.max(240, this.box.clientWidth);
  }

  private listen(): void {
    const { box } = this;
    new ResizeObserver(() => {
      this.measure();
      this.arrange();
      this.soon();
    }).observe(box);
    const repaint = () => {
      this.painter.takeInk();
      this.legend();
      this.soon();
    };
    new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    const density = () => matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener("change", () => (repaint(), density()), { once: true });
    density();
    box.addEventListener("scroll", () => {
      this.view.top = box.scrollTop;
      this.soon();
    });
    box.addEventListener("keydown", (e) => this.key(e));
    box.addEventListener("wheel", (e) => this.wheel(e), { passive: false });
    this.canvas.addEventListener("pointerdown", (e) => this.down(e));
    this.canvas.addEventListener("pointermove", (e) => this.move(e));
    for (const end of ["pointerup", "pointercancel"] as const) this.canvas.addEventListener(end, (e) => this.up(e));
    this.host.addEventListener("click", (e) => {
      const button = e.target instanceof Element ? e.target.closest<HTMLButtonElement>("button[data-do]") : null;
      if (button) this.act(button.dataset["do"] ?? "");
    });
  }

  private soon(): void {
    this.frame ||= requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    this.frame = 0;
    this.painter.draw(this.view, this.rows);
  }

  private show(w: Window): void {
    Object.assign(this.view, inside(this.m, w));
    this.soon();
  }

  private pan(part: number): void {
    const by = (this.view.to - this.view.from) * part;
    this.show({ from: this.view.from + by, to: this.view.to + by });
  }

  private zoom(factor: number, around = this.centre()): void {
    const { from, to } = this.view;
    this.show({ from: around - (around - from) * factor, to: around + (to - around) * factor });
  }

  /** The line if it can be seen, else the middle. */
  private centre(): number {
    const { from, to, line } = this.view;
    return line !== undefined && line >= from && line <= to ? line : (from + to) / 2;
  }

  private act(what: string): boolean {
    const { from, to, moment } = this.view;
    const width = to - from;
    if (what === "in") this.zoom(0.5);
    else if (what === "out") this.zoom(2);
    else if (what === "left") this.pan(-0.2);
    else if (what === "right") this.pan(0.2);
    else if (what === "start") this.show({ from: 0, to: width });
    else if (what === "end") this.show({ from: this.m.end - width, to: this.m.end });
    else if (what === "all") this.show({ from: 0, to: this.m.end });
    else if (what === "moment" && moment !== undefined) {
      this.show(opening(this.m, moment));
      this.set(moment);
    } else return false;
    return true;
  }

  private key(e: KeyboardEvent): void {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const keys: Record<string, string> = { "+": "in", "=": "in", "-": "out", "−": "out", _: "out", ArrowLeft: "left", ArrowRight: "right", Home: "start", End: "end", "0": "all", m: "moment", M: "moment" };
    const steps: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 };
    const step = steps[e.key];
    if (step !== undefined) this.step(step);
    else if (e.shiftKey && (e.key === "ArrowLeft" || e.key === "ArrowRight")) this.next(e.key === "ArrowRight" ? 1 : -1);
    else if (e.key === "Enter" || e.key === " ") this.fold(this.groupOf(this.view.lane ?? -1));
    else if (!this.act(keys[e.key] ?? "")) return;
    e.preventDefault();
  }

  /** Chooses the lane so many further down. */
  private step(by: number): void {
    const lanes = this.rows.filter((r) => r.lane >= 0).map((r) => r.lane);
    if (lanes.length === 0) return;
    const here = this.view.lane === undefined ? -1 : lanes.indexOf(this.view.lane);
    this.take(lanes[here < 0 ? 0 : Math.min(Math.max(here + by, 0), lanes.length - 1)]!);
  }

  private take(lane: number): void {
    const group = this.groupOf(lane);
    if (this.folded.delete(group)) this.arrange();
    this.view.lane = lane;
    const row = this.rows.findIndex((r) => r.lane === lane);
    const shown = this.view.height - HEAD;
    if (row * ROW < this.box.scrollTop) this.box.scrollTop = row * ROW;
    else if ((row + 1) * ROW > this.box.scrollTop + shown) this.box.scrollTop = (row + 1) * ROW - shown;
    this.tell();
    this.soon();
  }

  private groupOf(lane: number): number {
    return this.m.groups.findIndex((g) => g.lanes.includes(lane));
  }

  private fold(group: number): void {
    if (group < 0) return;
    if (!this.folded.delete(group)) this.folded.add(group);
    this.arrange();
    this.soon();
  }

  /** The line goes to the next change of the chosen lane, and the window with it. */
  private next(step: 1 | -1): void {
    if (this.view.lane === undefined) return this.step(1);
    const at = change(this.m, this.view.lane, this.view.line ?? this.view.from, step);
    if (at === undefined) return;
    const { from, to } = this.view;
    if (at < from || at > to) this.show({ from: at - (to - from) / 2, to: at + (to - from) / 2 });
    this.set(at);
  }

  private set(line: number): void {
    this.view.line = Math.min(Math.max(line, 0), this.m.end);
    this.tell();
    this.soon();
  }

  private timeAt(x: number): number {
    const { left, right } = sides(this.view.width);
    return this.view.from + ((x - left) / (right - left)) * (this.view.to - this.view.from);
  }

  private wheel(e: WheelEvent): void {
    const sideways = e.shiftKey ? e.deltaX || e.deltaY : Math.abs(e.deltaX) > Math.abs(e.deltaY) ? e.deltaX : 0;
    if (e.ctrlKey) this.zoom(Math.exp(Math.min(Math.max(e.deltaY, -50), 50) / 100), this.timeAt(e.offsetX));
    else if (sideways !== 0) this.pan(sideways / this.view.width);
    else return;
    e.preventDefault();
  }

  private down(e: PointerEvent): void {
    if (e.button !== 0) return;
    this.canvas.setPointerCapture(e.pointerId);
    this.pointers.set(e.pointerId, { x: e.offsetX, y: e.offsetY });
    this.moved = this.pointers.size > 1 ? STILL + 1 : 0;
    this.box.focus({ preventScroll: true });
  }

  private move(e: PointerEvent): void {
    const before = this.pointers.get(e.pointerId);
    if (!before) return;
    const here = { x: e.offsetX, y: e.offsetY };
    const other = [...this.pointers].find(([id]) => id !== e.pointerId)?.[1];
    this.pointers.set(e.pointerId, here);
    this.moved += Math.abs(here.x - before.x) + Math.abs(here.y - before.y);
    if (other) {
      const [was, is] = [Math.abs(before.x - other.x), Math.abs(here.x - other.x)];
      if (was > 8 && is > 8) this.zoom(was / is, this.timeAt((here.x + other.x) / 2));
    } else if (this.moved >= STILL) {
      const { left, right } = sides(this.view.width);
      this.pan((before.x - here.x) / (right - left));
      if (e.pointerType === "mouse") this.box.scrollTop += before.y - here.y;
    }
  }

  private up(e: PointerEvent): void {
    if (!this.pointers.delete(e.pointerId) || this.moved >= STILL || e.type === "pointercancel") return;
    const row = e.offsetY > HEAD ? this.rows[Math.floor((e.offsetY - HEAD + this.view.top) / ROW)] : undefined;
    if (row && row.lane < 0) return this.fold(row.group);
    if (row) this.view.lane = row.lane;
    const { left, right } = sides(this.view.width);
    if (e.offsetX >= left && e.offsetX <= right) this.set(this.timeAt(e.offsetX));
    else this.tell();
    this.soon();
  }

  /** Says what is at the line, and what the chosen goroutine does there. */
  private tell(): void {
    const { m, view } = this;
    const parts: string[] = [];
    if (view.line !== undefined) {
      const all = counts(m, view.line).map((n, s) => (n > 0 ? `${n} ${this.labels[STATES[s]!]}` : "")).filter(Boolean);
      const places = { time: nanos(view.line), who: all.join(" · ") || phrase("js-timeline-nobody"), says: this.says };
      parts.push(view.line === view.moment ? phrase("js-timeline-at-moment", places) : phrase("js-timeline-at", places));
    }
    const lane = view.lane === undefined ? undefined : m.lanes[view.lane];
    if (lane && view.lane !== undefined) {
      const created = lane.created && `, ${phrase("js-timeline-created", { at: lane.created })}`;
      const there = view.line === undefined ? "" : `: ${this.doing(view.lane, view.line)}`;
      parts.push(`${phrase("js-timeline-goroutine", { goroutine: lane.goroutine, name: lane.name })}${created}${there}.`);
    }
    const text = parts.join(" ");
    if (this.now.textContent !== text) this.now.textContent = text;
  }

  /** What a goroutine does at a time, and for how long. */
  private doing(lane: number, at: number): string {
    const { m } = this;
    const span = spanAt(m, lane, at);
    if (span < 0) return phrase("js-timeline-not-there");
    const word = m.words[m.word[span]!];
    const state = `${this.labels[STATES[m.state[span]!]!]}${word ? ` (${word})` : ""}`;
    return phrase("js-timeline-for", { state, time: nanos(m.to[span]! - m.from[span]!) });
  }
}

async function load(host: HTMLElement): Promise<void> {
  const box = one<HTMLElement>(host, ".timeline-box");
  const wait = one<HTMLElement>(host, ".timeline-wait");
  performance.mark("timeline-begun");
  try {
    const answer = await fetch(host.dataset["timeline"] ?? "", { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { timeline } = (await answer.json()) as { timeline: TimelineJson };
    const drawn = new Timeline(host, box, one(host, ".timeline-now"), read(timeline));
    performance.measure("timeline-drawn", "timeline-begun");
    const follow = () => {
      const goroutine = /^#lane-(\d+)$/.exec(location.hash)?.[1];
      if (goroutine && drawn.choose(Number(goroutine))) host.scrollIntoView({ block: "start" });
    };
    window.addEventListener("hashchange", follow);
    follow();
  } catch {
    wait.textContent = `${phrase("js-timeline-failed")} `;
    const again = Object.assign(document.createElement("button"), { type: "button", textContent: phrase("js-timeline-try-again") });
    again.addEventListener("click", () => void load(host), { once: true });
    wait.append(again);
  }
}

/** Megabytes are loaded for those who come near. */
const near = new IntersectionObserver(
  (seen) => {
    for (const { target, isIntersecting } of seen)
      if (isIntersecting) {
        near.unobserve(target);
        void load(target as HTMLElement);
      }
  },
  { rootMargin: "300px" },
);

function find(): void {
  for (const host of document.querySelectorAll<HTMLElement>("[data-timeline]:not([data-found])")) {
    host.dataset["found"] = "";
    near.observe(host);
  }
}

find();
// A run that was followed live becomes its report in place.
const live = document.querySelector("#live");
if (live) new MutationObserver(find).observe(live, { childList: true });
