import assert from "node:assert/strict";
import { test } from "node:test";
import { edits } from "./edits";

/** What comes of `before` by its edits. */
function apply(before: string, after: string): string {
  let out = "";
  let at = 0;
  for (const e of edits(before, after)) {
    assert.ok(e.from >= at && e.to >= e.from, "in order");
    out += before.slice(at, e.from) + e.insert;
    at = e.to;
  }
  return out + before.slice(at);
}

test("edits lead to the other text", () => {
  const texts = [
    "",
    "\n",
    "package p",
    "package p\n\nfunc  f( ){\n  x:=1\n}\n",
    "package p\n\nfunc f() {\n\tx := 1\n}\n",
    'import (\n\t"b"\n\t"a"\n)\nvar x = "  "\n',
    'import (\n\t"a"\n\t"b"\n)\n\nvar x = "  "\n',
  ];
  for (const before of texts) for (const after of texts) assert.equal(apply(before, after), after);
});

test("spaces alone are edited where they differ", () => {
  assert.deepEqual(edits("a\n    b c\n", "a\n\tb c\n"), [{ from: 2, to: 6, insert: "\t" }]);
  assert.deepEqual(edits("same\n", "same\n"), []);
});
