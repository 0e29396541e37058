import assert from "node:assert/strict";
import { test } from "node:test";
import { announcement, left } from "./countdown";

test("the clock counts down and then up", () => {
  assert.deepEqual([left(0, 360), left(200, 360), left(360, 360), left(405, 360)], ["js-question-left 6:00", "js-question-left 2:40", "js-question-left 0:00", "js-question-over 0:45"]);
});

test("three things are said in all that time, also when seconds are left out", () => {
  for (const step of [1, 7]) {
    const said = [];
    for (let s = 0; s < 2000; s += step) {
      const words = announcement(s, s + step, 1200);
      if (words) said.push(words);
    }
    assert.deepEqual(said, ["js-question-half js-question-left 10:00", "js-question-five-minutes", "js-question-time-over"]);
  }
});

test("a page that is loaded later says nothing of what is past", () => {
  assert.equal(announcement(700, 701, 1200), undefined);
  assert.equal(announcement(1500, 1501, 1200), undefined);
});

test("a short clock has no five minutes", () => {
  assert.equal(announcement(0, 1, 300), undefined);
  assert.equal(announcement(149, 150, 300), "js-question-half js-question-left 2:30");
});
