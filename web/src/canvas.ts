// Draws the part of a timeline that can be seen: only the rows in view, and no more of a row than it has pixels.
import { above, columns, type Model, nanos, spanAt, type StateName, STATES, ticks, type Window } from "./lanes";
import { phrase } from "./words";

export const ROW = 20;
/** Marks, tests and collections stand above the rows. */
export const HEAD = 52;

export type Row = { group: number; lane: -1 } | { group: number; lane: number };

/** Everything that a picture depends on. */
export interface View extends Window {
  /** Of the canvas, CSS pixels. */
  width: number;
  height: number;
  /** How far the rows are scrolled. */
  top: number;
  /** Where the line stands. */
  line: number | undefined;
  moment: number | undefined;
  /** Index of the chosen lane. */
  lane: number | undefined;
}

/** Where time begins and ends in a canvas of that width: names on the left and, where there is room, the states at the line on the right. */
export function sides(width: number): { left: number; right: number } {
  return { left: width < 640 ? 104 : 232, right: width < 860 ? width - 8 : width - 208 };
}

/** Colour of each state, by the name of a token of the page, and its pattern: lines through a tile of 8 by 8. */
const LOOKS: Record<StateName, { token: string; lines: [number, number, number, number][]; solid?: boolean }> = {
  running: { token: "green", lines: [], solid: true },
  runnable: { token: "amber", lines: [[-2, 2, 2, -2], [-2, 10, 10, -2], [6, 10, 10, 6]] },
  channel: { token: "violet", lines: [[0, 2, 8, 2], [0, 6, 8, 6]] },
  select: { token: "blue", lines: [[0, 4, 4, 4], [4, 0, 8, 0]] },
  lock: { token: "orange", lines: [[2, 0, 2, 8], [6, 0, 6, 8]] },
  sleep: { token: "edge", lines: [[3, 4, 5, 4]] },
  syscall: { token: "teal", lines: [[0, 4, 8, 4], [4, 0, 4, 8]] },
  other: { token: "greyred", lines: [[-2, 6, 2, 10], [-2, -2, 10, 10], [6, -2, 10, 2]] },
};

interface Ink {
  paper: string;
  panel: string;
  line: string;
  ink: string;
  soft: string;
  accent: string;
  red: string;
  marked: string;
  /** By state: with its pattern, and plain. */
  fills: (string | CanvasPattern)[];
  solid: string[];
}

/** Fewer wake-ups than this in view are all drawn; of more only those of the chosen goroutine. */
const FEW = 400;

export class Painter {
  private readonly g: CanvasRenderingContext2D;
  private ink!: Ink;
  private scale = 1;
  private letter = 7;
  private font = "12px monospace";
  private readonly rowOf: Int32Array;
  /** Left, top and width of what is to be filled, by state, and after these of what is too narrow for a pattern. */
  private readonly bars: number[][] = [...STATES, ...STATES].map(() => []);
  private readonly named: [number, number, number, number][] = [];

  constructor(
    readonly canvas: HTMLCanvasElement,
    readonly m: Model,
    private readonly probe: HTMLElement,
    /** What states are called, as the page has it. */
    private readonly labels: Readonly<Record<string, string>>,
  ) {
    this.g = canvas.getContext("2d", { alpha: false })!;
    this.rowOf = new Int32Array(m.lanes.length);
    this.takeInk();
  }

  /** Reads the page's colours anew: after the theme or the density of the screen has changed. */
  takeInk(): void {
    this.scale = window.devicePixelRatio || 1;
    const colour = (token: string) => {
      this.probe.style.color = `var(--${token})`;
      return getComputedStyle(this.probe).color;
    };
    const paper = colour("paper");
    this.font = `12px ${getComputedStyle(this.probe).fontFamily}`;
    this.g.font = this.font;
    this.letter = this.g.measureText("mmmmmmmmmm").width / 10;
    this.ink = {
      paper,
      panel: colour("panel"),
      line: colour("line"),
      ink: colour("ink"),
      soft: colour("soft"),
      accent: colour("accent"),
      red: colour("red"),
      marked: colour("marked"),
      fills: STATES.map((s) => this.fill(colour(LOOKS[s].token), paper, s)),
      solid: STATES.map((s) => colour(LOOKS[s].token)),
    };
  }

  /** The fill of a state, in a canvas of a legend. */
  swatch(state: StateName | "edge", canvas: HTMLCanvasElement): void {
    const g = this.size(canvas, 28, 14);
    g.fillStyle = this.ink.paper;
    g.fillRect(0, 0, 28, 14);
    if (state === "edge") return arrow(g, 6, 1, 13, this.ink.accent);
    g.fillStyle = this.ink.fills[STATES.indexOf(state)]!;
    g.fillRect(0, 0, 28, 14);
  }

  private size(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
    const [w, h] = [Math.round(width * this.scale), Math.round(height * this.scale)];
    if (canvas.width !== w) canvas.width = w;
    if (canvas.height !== h) canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const g = canvas === this.canvas ? this.g : canvas.getContext("2d")!;
    g.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    return g;
  }

  private fill(colour: string, paper: string, state: StateName): string | CanvasPattern {
    const look = LOOKS[state];
    if (look.solid) return colour;
    const tile = document.createElement("canvas");
    const side = Math.max(8, Math.round(8 * this.scale));
    tile.width = tile.height = side;
    const g = tile.getContext("2d")!;
    g.scale(side / 8, side / 8);
    g.fillStyle = paper;
    g.fillRect(0, 0, 8, 8);
    g.globalAlpha = 0.2;
    g.fillStyle = colour;
    g.fillRect(0, 0, 8, 8);
    g.globalAlpha = 1;
    g.strokeStyle = colour;
    g.lineWidth = 1.4;
    for (const [x0, y0, x1, y1] of look.lines) {
      g.beginPath();
      g.moveTo(x0, y0);
      g.lineTo(x1, y1);
      g.stroke();
    }
    const pattern = this.g.createPattern(tile, "repeat");
    pattern?.setTransform(new DOMMatrix([8 / side, 0, 0, 8 / side, 0, 0]));
    return pattern ?? colour;
  }

  /** Draws rows as they are seen. */
  draw(view: View, rows: Row[]): void {
    const g = this.size(this.canvas, view.width, view.height);
    g.font = this.font;
    g.textBaseline = "middle";
    g.fillStyle = this.ink.paper;
    g.fillRect(0, 0, view.width, view.height);
    const { left, right } = sides(view.width);
    const first = Math.max(0, Math.floor(view.top / ROW));
    const last = Math.min(rows.length, Math.ceil((view.top + view.height - HEAD) / ROW));
    this.place(rows);
    for (const fill of this.bars) fill.length = 0;
    this.named.length = 0;
    g.save();
    g.beginPath();
    g.rect(0, HEAD, view.width, view.height - HEAD);
    g.clip();
    for (let i = first; i < last; i++) this.row(view, rows[i]!, HEAD + i * ROW - view.top, left, right);
    this.flush();
    this.edges(view, left, right);
    g.restore();
    this.head(view, left, right);
    this.marks(view, left, right);
  }

  private place(rows: Row[]): void {
    const header = new Map<number, number>();
    rows.forEach((row, i) => (row.lane < 0 ? header.set(row.group, i) : 0));
    this.m.groups.forEach((group, n) => group.lanes.forEach((lane) => (this.rowOf[lane] = header.get(n) ?? 0)));
    rows.forEach((row, i) => (row.lane >= 0 ? (this.rowOf[row.lane] = i) : 0));
  }

  private x(view: View, at: number, left: number, right: number): number {
    return left + ((at - view.from) / (view.to - view.from)) * (right - left);
  }

  private text(text: string, x: number, y: number, room: number): void {
    const letters = Math.floor(room / this.letter);
    if (letters < 2) return;
    const all = [...text.slice(0, letters + 2)];
    this.g.fillText(all.length > letters ? `${all.slice(0, letters - 1).join("")}…` : text, x, y);
  }

  /** A goroutine with its name: of one that has no room its end says more than its package. */
  private name(number: number, name: string, y: number, room: number): void {
    const letters = Math.floor(room / this.letter) - `${number} `.length;
    const all = [...name];
    this.text(`${number} ${all.length > letters && letters > 2 ? `…${all.slice(1 - letters).join("")}` : name}`, 8, y, room);
  }

  private row(view: View, row: Row, y: number, left: number, right: number): void {
    const { g, m, ink } = this;
    if (row.lane < 0) {
      const group = m.groups[row.group]!;
      g.fillStyle = ink.panel;
      g.fillRect(0, y, view.width, ROW - 1);
      g.fillStyle = ink.soft;
      this.text(`${group.title} · ${group.lanes.length}`, 8, y + ROW / 2, view.width - 16);
      return;
    }
    const lane = m.lanes[row.lane]!;
    if (row.lane === view.lane) {
      g.fillStyle = ink.marked;
      g.fillRect(0, y, view.width, ROW - 1);
      g.fillStyle = ink.accent;
      g.fillRect(0, y, 3, ROW - 1);
    }
    g.fillStyle = lane.own ? ink.ink : ink.soft;
    this.name(lane.goroutine, lane.name, y + ROW / 2, left - 14);
    this.spans(view, row.lane, y + 2, left, right);
    if (view.line !== undefined && right < view.width - 40) {
      const span = spanAt(m, row.lane, view.line);
      g.fillStyle = span < 0 ? ink.soft : ink.ink;
      this.text(span < 0 ? "–" : m.words[m.word[span]!] || this.labels[STATES[m.state[span]!]!]!, right + 10, y + ROW / 2, view.width - right - 14);
    }
  }

  /** Notes the bars of a lane by their fill: changing that is what takes the time. */
  private spans(view: View, lane: number, y: number, left: number, right: number): void {
    const { m } = this;
    const snap = (x: number) => Math.round((left + x) * this.scale) / this.scale;
    columns(m, lane, view, right - left, (from, to, state, span) => {
      const x = snap(from);
      // A pattern says nothing in a bar that is narrower than it.
      this.bars[to - from < 4 ? state + STATES.length : state]!.push(x, y, Math.max(snap(to) - x, 1));
      if (span >= 0 && to - from > 56 && m.words[m.word[span]!]) this.named.push([left + from, y, to - from, span]);
    });
  }

  private flush(): void {
    const { g, m, ink } = this;
    this.bars.forEach((bars, n) => {
      g.fillStyle = n < STATES.length ? ink.fills[n]! : ink.solid[n - STATES.length]!;
      for (let i = 0; i < bars.length; i += 3) g.fillRect(bars[i]!, bars[i + 1]!, bars[i + 2]!, ROW - 5);
    });
    for (const [x, y, width, span] of this.named) {
      const word = m.words[m.word[span]!]!;
      const room = width - 12;
      const letters = Math.min(word.length, Math.floor(room / this.letter));
      // Letters on a pattern are hard to read.
      g.fillStyle = ink.paper;
      g.fillRect(x + 4, y + 1, letters * this.letter + 4, ROW - 7);
      g.fillStyle = ink.ink;
      this.text(word, x + 6, y + ROW / 2 - 2, room);
    }
  }

  /** Who woke whom: a line from row to row with a point at the one that could go on. */
  private edges(view: View, left: number, right: number): void {
    const { m, ink } = this;
    const begin = above(m.edgeAt, view.from, 0, m.edgeAt.length);
    const end = above(m.edgeAt, view.to, begin, m.edgeAt.length);
    const all = end - begin <= FEW;
    const drawn = new Set<number>();
    for (let e = begin; e < end; e++) {
      const mine = m.edgeFrom[e] === view.lane || m.edgeTo[e] === view.lane;
      if (!mine && !all) continue;
      const x = this.x(view, m.edgeAt[e]!, left, right);
      const [a, b] = [this.rowOf[m.edgeFrom[e]!]!, this.rowOf[m.edgeTo[e]!]!];
      const key = (Math.round(x) * 512 + a) * 512 + b;
      if (a === b || drawn.has(key)) continue;
      drawn.add(key);
      const y = (row: number) => HEAD + row * ROW - view.top + ROW / 2 - 1;
      const [from, to] = [y(a), y(b)];
      if (Math.max(from, to) < HEAD || Math.min(from, to) > view.height) continue;
      arrow(this.g, x, from, to, mine && view.lane !== undefined ? ink.accent : ink.soft);
    }
  }

  private head(view: View, left: number, right: number): void {
    const { g, m, ink } = this;
    g.fillStyle = ink.paper;
    g.fillRect(0, 0, view.width, HEAD);
    const marks = ticks(view, (right - left) / 110);
    for (const at of marks.at) {
      const x = this.x(view, at, left, right);
      if (x < left || x > right) continue;
      g.fillStyle = ink.line;
      g.fillRect(x, 16, 1, HEAD - 16);
      g.fillStyle = ink.soft;
      this.text(marks.label(at), Math.min(x + 3, right - 60), 9, 120);
    }
    for (const test of m.tests) this.band(view, test, 18, 14, ink.panel, test.name, left, right);
    for (const gc of m.gc) this.band(view, gc, 36, 8, ink.soft, "", left, right);
    g.fillStyle = ink.soft;
    this.text(phrase("js-timeline-tests"), 8, 25, left - 14);
    if (m.gc.length > 0) this.text(phrase("js-timeline-collector"), 8, 41, left - 14);
    if (view.line !== undefined && right < view.width - 40) this.text(phrase("js-timeline-line", { time: nanos(view.line) }), right + 10, HEAD - 10, view.width - right - 14);
    g.fillStyle = ink.line;
    g.fillRect(0, HEAD - 1, view.width, 1);
  }

  private band(view: View, p: Window, y: number, height: number, fill: string, name: string, left: number, right: number): void {
    const from = Math.max(this.x(view, p.from, left, right), left);
    const to = Math.min(this.x(view, p.to, left, right), right);
    if (to <= from) return;
    this.g.fillStyle = fill;
    this.g.fillRect(from, y, Math.max(to - from, 1), height);
    this.g.fillStyle = this.ink.ink;
    if (name) this.text(name, from + 4, y + height / 2, to - from - 8);
  }

  /** The moment at which it went wrong, and the line. */
  private marks(view: View, left: number, right: number): void {
    const { g, ink } = this;
    const upright = (at: number, colour: string, dash: number[], from: number) => {
      const x = Math.round(this.x(view, at, left, right)) + 0.5;
      if (x < left || x > right + 1) return undefined;
      g.strokeStyle = colour;
      g.lineWidth = 1.5;
      g.setLineDash(dash);
      g.beginPath();
      g.moveTo(x, from);
      g.lineTo(x, view.height);
      g.stroke();
      g.setLineDash([]);
      return x;
    };
    if (view.moment !== undefined) {
      const x = upright(view.moment, ink.red, [5, 3], 16);
      if (x !== undefined) {
        g.fillStyle = ink.red;
        g.beginPath();
        g.moveTo(x - 6, 16);
        g.lineTo(x + 6, 16);
        g.lineTo(x, 25);
        g.fill();
      }
    }
    if (view.line !== undefined) upright(view.line, ink.accent, [], 0);
  }
}

function arrow(g: CanvasRenderingContext2D, x: number, from: number, to: number, colour: string): void {
  const down = to > from ? 1 : -1;
  g.strokeStyle = g.fillStyle = colour;
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(x, from);
  g.lineTo(x, to - 5 * down);
  g.stroke();
  g.beginPath();
  g.moveTo(x - 3, to - 6 * down);
  g.lineTo(x + 3, to - 6 * down);
  g.lineTo(x, to);
  g.fill();
}
