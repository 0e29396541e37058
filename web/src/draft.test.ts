import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, isDraft, wrongName } from "./draft";

test("names follow the server's rule", () => {
  assert.equal(wrongName("pool.go", []), undefined);
  for (const bad of ["", "Pool.go", "a/b.go", "../x.go", "pool.txt", "1.go", "_x.go", "a_test.go", `${"a".repeat(62)}.go`])
    assert.ok(wrongName(bad, []), bad);
  assert.ok(wrongName("pool.go", ["pool.go"]));
});

test("only a whole draft is taken back", () => {
  assert.ok(isDraft({ version: "1", at: 5, files: [{ path: "a.go", content: "" }] }));
  for (const bad of [null, {}, { version: "1", at: 5, files: [] }, { version: "1", at: 5, files: [{ path: 1, content: "" }] }])
    assert.ok(!isDraft(bad));
});

test("the clock has six digits", () => {
  assert.match(clock(0), /^\d\d:\d\d:\d\d$/);
});
