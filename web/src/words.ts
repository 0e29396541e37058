// What scripts say, in the reader's language: the page brings the messages as JSON, keyed as in crates/assay-web/language/.

const texts: Record<string, string> = {};
for (const block of globalThis.document?.querySelectorAll("script.words") ?? []) {
  Object.assign(texts, JSON.parse(block.textContent || "{}"));
}

/** The message of that key, with `{$name}` in it filled. Without the page's messages (in unit tests) it is the key and what would fill it. */
export function phrase(key: string, fill: Record<string, string | number> = {}): string {
  const text = texts[key];
  if (text === undefined) return [key, ...Object.values(fill)].join(" ");
  return text.replace(/\{\$(\w+)\}/g, (place, name: string) => String(fill[name] ?? place));
}
