import assert from "node:assert/strict";
import { test } from "node:test";

import { shown } from "./shown";

test("plain text stays", () => {
  assert.equal(shown("got 7,\n\twant 10 – größer 世界 🎉\r\n"), "got 7,\n\twant 10 – größer 世界 🎉\n");
});

test("what moves, turns or hides is seen", () => {
  assert.equal(shown("\x1b[31mred\x1b]8;;http://x\x07l\x08"), "␛[31mred␛]8;;http://x␇l␈");
  assert.equal(shown("a\rb\0\x7f\u{9b}2J"), "a␍b␀␡⟨U+009B⟩2J");
  assert.equal(shown("if admin \u{202e}\u{2066}//\u{2069}\u{feff}\u{ad}\u{2028}"), "if admin ⟨U+202E⟩⟨U+2066⟩//⟨U+2069⟩⟨U+FEFF⟩⟨U+00AD⟩⟨U+2028⟩");
  assert.equal(shown("a\u{e0041}b"), "a⟨U+E0041⟩b");
});
