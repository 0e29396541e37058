/**
 * Text from a candidate, made fit to be read, as the server's own pages have it: what would move a cursor, change colour, hide or turn text
 * around is written out as a visible sign. Line ends and tabs stay.
 */
export function shown(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/[\0-\x08\x0b-\x1f]/g, (c) => String.fromCodePoint(0x2400 + c.charCodeAt(0)))
    .replaceAll("\x7f", "␡")
    .replace(
      /[\x80-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu,
      (c) => `⟨U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}⟩`,
    );
}
