import assert from "node:assert/strict";
import { test } from "node:test";
import { unit, weight } from "./remarks";

test("columns count bytes, places count UTF-16 units", () => {
  const line = 'a := "ü世🎉" + x';
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  for (const upTo of ["", "a", 'a := "ü', 'a := "ü世', 'a := "ü世🎉', line]) assert.equal(unit(line, bytes(upTo) + 1), upTo.length);
  assert.equal(unit(line, 0), 0);
  assert.equal(unit(line, 999), line.length);
});

test("what keeps code from running weighs most, advice least", () => {
  assert.deepEqual(["⊘", "⇄", "◇"].map(weight), ["error", "warning", "info"]);
});
