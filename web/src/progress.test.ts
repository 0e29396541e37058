import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, done, type Event, fold, sentence } from "./progress";

const after = (...events: Event[]) => events.reduce(fold, begin());

test("a queue position is said", () => {
  assert.equal(sentence(after({ type: "queued", position: 3 })), "js-live-queue-place 3 2");
  assert.equal(sentence(after({ type: "queued", position: 1 })), "js-live-queue-next");
});

test("tests tick pass by pass and a repetition may make one worse", () => {
  const p = after(
    { type: "started", attempt: 1 },
    { type: "plan", pass: "plain", tests: ["TestA", "TestB"] },
    { type: "test", pass: "plain", name: "TestA", status: "passed", duration_ms: 4 },
    { type: "test", pass: "plain", name: "TestA", status: "failed", duration_ms: 9 },
  );
  assert.deepEqual(done(p, "plain"), [1, 2]);
  assert.deepEqual(done(p, "race"), [0, 0]);
  assert.equal(p.passes.get("plain")?.get("TestA")?.status, "failed");
});

test("a second try begins from nothing and says that it was not the candidate's fault", () => {
  const p = after(
    { type: "started", attempt: 1 },
    { type: "test", pass: "plain", name: "TestA", status: "failed", duration_ms: 1 },
    { type: "started", attempt: 2 },
  );
  assert.equal(p.passes.size, 0);
  assert.equal(sentence(p), "js-live-another-try 2 js-live-begun");
});

test("overlapping passes are both named", () => {
  const p = after({ type: "step", step: "build" }, { type: "step", step: "plain" }, { type: "step", step: "race" });
  assert.equal(sentence(p), "js-live-now js-live-both js-live-plain js-live-race");
  assert.equal(sentence(fold(p, { type: "step", step: "judge" })), "js-live-now js-live-judge");
});

test("evidence counts until a later try begins", () => {
  const first: Event = { type: "evidence", pass: "race" };
  assert.equal(after({ type: "started", attempt: 1 }, first).shown, 1);
  assert.equal(after({ type: "started", attempt: 1 }, first, { type: "started", attempt: 2 }).shown, 0);
});

test("the last event decides", () => {
  const p = after({ type: "finished", report: { verdict: "Leak", summary: "3 goroutines are left." } });
  assert.equal(sentence(p), "Leak: 3 goroutines are left.");
  assert.equal(sentence(after({ type: "faulted" })), "js-live-faulted");
  assert.equal(after({ type: "canceled" }).state, "canceled");
});
