import assert from "node:assert/strict";
import { test } from "node:test";
import { type Draft, type File, print } from "./draft";
import { type Meeting, meet, words } from "./sync";

const files = (content: string): File[] => [{ path: "a.go", content }];
const local = (content: string, more: Partial<Draft> = {}): Draft => ({
  version: "1", at: 0, by: "me", revision: 4, clean: false, sent: [], files: files(content), ...more,
});
const stored = (revision: number, content: string) => ({ revision, files: files(content), saved_ms: 0 });

test("what happens when two drafts meet", () => {
  const cases: [string, Meeting, Meeting][] = [
    ["nobody has anything", meet(undefined, undefined), "same"],
    ["a first visit on a second machine", meet(undefined, stored(4, "x")), "take"],
    ["the server has none yet", meet(local("x", { revision: 0 }), undefined), "push"],
    ["the server lost it", meet(local("x", { clean: true }), undefined), "push"],
    ["both have the same", meet(local("x"), stored(9, "x")), "same"],
    ["typed here since", meet(local("y"), stored(4, "x")), "push"],
    ["typed elsewhere since", meet(local("x", { clean: true }), stored(5, "y")), "take"],
    ["typed in both places", meet(local("y"), stored(5, "z")), "ask"],
    ["a save whose answer was lost", meet(local("yy", { sent: [print(files("y"))] }), stored(5, "y")), "push"],
    ["the server is back from a backup", meet(local("x", { clean: true }), stored(2, "w")), "push"],
    ["another visitor's draft of the same number", meet(local("x", { clean: true }), stored(4, "other")), "ask"],
    ["kept by a page that knew no server", meet(local("x", { revision: 0 }), stored(1, "y")), "ask"],
  ];
  for (const [what, got, want] of cases) assert.equal(got, want, what);
});

test("the bar says where the draft is", () => {
  assert.match(words({ at: "saved", revision: 41, when: 0 }), /^js-bench-saved \d\d:\d\d:\d\d 41$/);
  assert.match(words({ at: "away", since: 0, again: 0, why: "The server cannot be reached.", kept: true }), /^js-bench-away-kept \d\d:\d\d The server cannot be reached\. \d\d:\d\d:\d\d$/);
  assert.equal(words({ at: "refused", why: "Too large.", kept: true }), "js-bench-refused-kept Too large.");
  assert.equal(words({ at: "refused", why: "Too large.", kept: false }), "js-bench-refused-not-kept Too large.");
});
