import assert from "node:assert/strict";
import { test } from "node:test";
import { asDraft, clock, print, sameFiles, wrongName } from "./draft";

test("names follow the server's rule", () => {
  assert.equal(wrongName("pool.go", []), undefined);
  for (const bad of ["", "Pool.go", "a/b.go", "../x.go", "pool.txt", "1.go", "_x.go", `${"a".repeat(62)}.go`])
    assert.equal(wrongName(bad, []), "js-bench-name-rule", bad);
  assert.equal(wrongName("a_test.go", []), "js-bench-name-test");
  assert.equal(wrongName("pool.go", ["pool.go"]), "js-bench-name-taken");
});

test("only a whole draft is taken back, and one of an older page is on no server", () => {
  const old = asDraft({ version: "1", at: 5, files: [{ path: "a.go", content: "" }] });
  assert.equal(old?.clean, false);
  assert.equal(old?.revision, 0);
  for (const bad of [null, {}, { version: "1", at: 5, files: [] }, { version: "1", at: 5, files: [{ path: 1, content: "" }] }])
    assert.equal(asDraft(bad), undefined);
});

test("files are compared by name, and their print tells them apart", () => {
  const [a, b] = [{ path: "a.go", content: "1" }, { path: "b.go", content: "2" }];
  assert.ok(sameFiles([a, b], [b, a]));
  assert.ok(!sameFiles([a], [a, b]) && !sameFiles([a], [{ ...a, content: "x" }]));
  const prints = new Set([[a], [b], [a, b], [{ ...a, content: "12" }], [{ path: "a.go1", content: "" }]].map(print));
  assert.equal(prints.size, 5);
  assert.equal(print([a]), print([{ ...a }]));
});

test("the clock has six digits", () => {
  assert.match(clock(0), /^\d\d:\d\d:\d\d$/);
});
