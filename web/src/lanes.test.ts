import assert from "node:assert/strict";
import { test } from "node:test";
import { change, columns, counts, inside, opening, read, spanAt, STATES, ticks, type TimelineJson } from "./lanes";
import { shown } from "./shown";

const span = (from: number, to: number, state: string, reason = "", line = 0) => ({ from, to, state, reason, at: line ? { file: "pool.go", line } : null });

function timeline(more: Partial<TimelineJson> = {}): TimelineJson {
  return {
    end_ns: 1000,
    tests: [{ name: "TestA", from: 0, to: 1000 }],
    lanes: [
      { goroutine: 7, name: "TestA", own: false, spans: [span(0, 100, "running"), span(100, 1000, "waiting", "sync.WaitGroup.Wait", 9)] },
      { goroutine: 8, name: "pool.work", own: true, created_at: { file: "pool.go", line: 3 }, spans: [span(50, 60, "runnable"), span(60, 400, "running")] },
      { goroutine: 9, name: "pool.work", own: true, created_at: { file: "pool.go", line: 3 }, spans: [span(55, 1000, "waiting", "chan receive", 12)] },
    ],
    gc: [],
    edges: [
      { at: 55, from: 7, to: 9 },
      { at: 50, from: 7, to: 8 },
      { at: 60, from: 7, to: 99 },
    ],
    ...more,
  };
}

test("lanes stand in groups by where they were created, edges in order of time", () => {
  const m = read(timeline());
  assert.deepEqual(m.groups.map((g) => [g.title, g.lanes]), [["js-timeline-maker-unknown", [0]], ["js-timeline-created pool.go:3", [1, 2]]]);
  assert.deepEqual([...m.edgeAt], [50, 55], "the one to nobody is left out");
  assert.deepEqual([...m.edgeTo], [1, 2]);
});

test("the state at a time is that of the span that is there", () => {
  const m = read(timeline());
  const word = (lane: number, at: number) => (spanAt(m, lane, at) < 0 ? "-" : `${STATES[m.state[spanAt(m, lane, at)]!]} ${m.words[m.word[spanAt(m, lane, at)]!]}`.trim());
  assert.equal(word(0, 99), "running");
  assert.equal(word(0, 100), "lock sync.WaitGroup.Wait pool.go:9");
  assert.equal(word(0, 1000), "lock sync.WaitGroup.Wait pool.go:9", "who is there at the end is there at the end");
  assert.equal(word(1, 49), "-");
  assert.equal(word(1, 400), "-");
  assert.deepEqual(counts(m, 70), [2, 0, 1, 0, 0, 0, 0, 0]);
});

test("a wait is told by what is waited for", () => {
  const reasons = ["chan send", "select (no cases)", "sync", "sync.Cond.Wait", "sync.RWMutex.RLock", "synctest", "sleep", "IO wait", "GC assist", ""];
  const m = read(timeline({ lanes: [{ goroutine: 1, name: "x", own: true, spans: reasons.map((r, i) => span(i, i + 1, "waiting", r)) }] }));
  assert.deepEqual([...m.state].map((s) => STATES[s]), ["channel", "select", "lock", "lock", "lock", "other", "sleep", "syscall", "other", "other"]);
});

test("from change to change, forth and back", () => {
  const m = read(timeline());
  assert.deepEqual([change(m, 1, 0, 1), change(m, 1, 50, 1), change(m, 1, 60, 1), change(m, 1, 400, 1)], [50, 60, 400, undefined]);
  assert.deepEqual([change(m, 1, 1000, -1), change(m, 1, 400, -1), change(m, 1, 60, -1), change(m, 1, 50, -1)], [400, 60, 50, undefined]);
});

test("what is narrower than a pixel is what most of the pixel was, and nothing is lost between", () => {
  const spans = [];
  for (let i = 0; i < 1000; i++) spans.push(span(i, i + 1, i % 10 < 7 ? "running" : "waiting", i % 10 < 7 ? "" : "sleep"));
  const m = read(timeline({ lanes: [{ goroutine: 1, name: "x", own: true, spans }] }));
  const drawn: [number, number, number][] = [];
  columns(m, 0, { from: 0, to: 1000 }, 100, (l, r, s) => drawn.push([l, r, s]));
  assert.equal(drawn.length, 100);
  assert.ok(drawn.every(([l, r, s], i) => l === i && r === i + 1 && STATES[s] === "running"));
  drawn.length = 0;
  columns(m, 0, { from: 500, to: 510 }, 100, (l, r, s) => drawn.push([l, r, s]));
  assert.deepEqual(drawn.map((d) => d[0]), [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  assert.deepEqual(drawn.at(-1), [90, 100, STATES.indexOf("sleep")]);
});

test("times that make no sense are put in order", () => {
  const m = read(timeline({ end_ns: 100, lanes: [{ goroutine: 1, name: "x", own: true, spans: [span(90, 20, "running"), span(10, 1e300, "bad"), span(5, 6, "waiting", "?")] }] }));
  for (let i = 0; i < 3; i++) assert.ok(m.from[i]! <= m.to[i]! && m.to[i]! <= 100 && (i === 0 || m.from[i]! >= m.to[i - 1]!));
});

test("it opens on what led to the moment, and stays where there is something", () => {
  const spans = [];
  for (let i = 0; i < 1000; i++) spans.push(span(i * 1e6, (i + 1) * 1e6, i % 2 ? "running" : "runnable"));
  const m = read(timeline({ end_ns: 1e9, lanes: [{ goroutine: 1, name: "x", own: true, spans }] }));
  assert.deepEqual(opening(m, undefined), { from: 0, to: 1e9 });
  const w = opening(m, 8e8);
  assert.ok(w.from > 6e8 && w.from < 8e8 && w.to > 8e8 && w.to < 9e8, JSON.stringify(w));
  assert.deepEqual(inside(m, { from: -5e9, to: -4e9 }), { from: -2e7, to: 9.8e8 });
  assert.equal(inside(m, { from: 0, to: 1 }).to, 200);
});

test("marks are round numbers in the unit of the window", () => {
  const { at, label } = ticks({ from: 0, to: 1e7 }, 5);
  assert.deepEqual(at.map(label), ["0 ms", "2 ms", "4 ms", "6 ms", "8 ms", "10 ms"]);
  const close = ticks({ from: 1e6, to: 1.0001e6 }, 4);
  assert.deepEqual(close.at.map(close.label).slice(0, 2), ["1.00000 ms", "1.00005 ms"]);
});

test("a name can neither turn nor hide what stands around it", () => {
  assert.equal(shown("a\u202eb\u200b\u001b[2J"), "a⟨U+202E⟩b⟨U+200B⟩␛[2J");
  assert.equal(shown("größer 世界"), "größer 世界");
});
