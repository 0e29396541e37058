import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { getIndentation, IndentContext } from "@codemirror/language";
import { EditorState } from "@codemirror/state";

import { goSyntax } from "./syntax";

const state = (doc: string) => EditorState.create({ doc, extensions: [goSyntax] });

test("a new line at | is as deep as gofmt has it", () => {
  const table: [string, number][] = [
    ["package pool|", 0],
    ["func f() {|", 1],
    ["func f() {|}", 0],
    ["func f() { // why|", 1],
    ["// func f() {|", 0],
    ["func f(|", 1],
    ["\tx := []int{|", 2],
    ["\tx := []int{1}|", 1],
    ["\tswitch n {|", 2],
    ["\tcase 1:|", 2],
    ["\tdefault: // none|", 2],
    ["\tcase struct{ n int }{1}:|", 2],
    ["\tcase <-ctx.Done():\n\t\treturn\n|", 2],
    ["\tx++\n\n|", 1],
    ["\tx := m[k]|", 1],
    ["\treturn \"{\"|", 1],
    ["\t\tcall(a,|", 2],
    ["again:|", 0],
  ];
  for (const [text, want] of table) {
    const at = text.indexOf("|");
    const context = new IndentContext(state(text.replace("|", "")), { simulateBreak: at, simulateDoubleBreak: false });
    assert.equal(getIndentation(context, at), want * 4, text);
  }
});

test("between brackets a line of its own comes, deeper than both", () => {
  const context = new IndentContext(state("\tgo func() {}()"), { simulateBreak: 12, simulateDoubleBreak: true });
  assert.equal(getIndentation(context, 12), 8);
});

test("every line of the exercises would go where gofmt put it, but for those that go on with the one before", () => {
  let lines = 0;
  const others: string[] = [];
  const sources = readdirSync("../exercises/coding", { recursive: true, encoding: "utf8" });
  for (const file of sources.filter((name) => /^[^/]+\/(start|visible|hidden|solutions\/[^/]+)\/[^/]+\.go$/.test(name))) {
    const whole = state(readFileSync(`../exercises/coding/${file}`, "utf8"));
    const { doc } = whole;
    let raw = false;
    for (let n = 1; n <= doc.lines; n++) {
      const { from, text } = doc.line(n);
      const inside = raw;
      if (text.split("`").length % 2 === 0) raw = !raw;
      if (inside || !text.trim()) continue;
      lines++;
      if (getIndentation(whole, from) !== /^\t*/.exec(text)![0].length * 4) others.push(`${file}:${n}`);
    }
  }
  assert.ok(lines > 10_000, `${lines} lines`);
  assert.ok(others.length <= lines / 500, others.join("\n"));
});
