// What the lines of a gofmt'ed text say without being read as Go: reading a file for it would keep a key waiting.
import type { IndentContext } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

/** How deep a line is, in columns; nothing for an empty one. */
function depth(text: string, tab: number): number | undefined {
  let deep = 0;
  for (const c of text) {
    if (c === "\t") deep += tab;
    else if (c === " ") deep++;
    else return deep;
  }
  return undefined;
}

/** What folds at a line: all that is deeper below it, to the bracket that ends it. Depth says it, so nothing has to be read for it. */
export function below({ doc, tabSize }: EditorState, at: number): { from: number; to: number } | null {
  const first = doc.lineAt(at);
  const own = depth(first.text, tabSize);
  if (own === undefined) return null;
  let last = first;
  for (let n = first.number + 1; n <= doc.lines; n++) {
    const line = doc.line(n);
    const deep = depth(line.text, tabSize);
    if (deep === undefined) continue;
    if (deep <= own) {
      const bracket = line.text.search(/[^\t ]/);
      const ends = deep === own && ")]}".includes(line.text.charAt(bracket));
      return last === first ? null : { from: first.to, to: ends ? line.from + bracket : last.to };
    }
    last = line;
  }
  return last === first ? null : { from: first.to, to: last.to };
}

/** A line after which the next one is deeper; one that is less deep than what comes before it. As gofmt has it. */
const OPENS = /^(?!\s*\/\/)(?:.*[{([]|\s*(?:case\b.*|default\s*):)\s*(?:\/\/.*)?$/;
const CLOSES = /^\s*(?:[})\]]|case\b|default\b)/;

/** How deep a line should be, in columns, by the one before it: reading the whole file for it would keep Enter waiting. */
export function indentation(context: IndentContext, at: number): number {
  const { doc } = context.state;
  const own = context.lineAt(at, 1).text;
  const line = doc.lineAt(at);
  let above = context.simulatedBreak === at ? line.text.slice(0, at - line.from) : "";
  for (let n = line.number - 1; n > 0 && !/\S/.test(above); n--) above = doc.line(n).text;
  const deeper = (OPENS.test(above) ? 1 : 0) - (CLOSES.test(own) ? 1 : 0);
  return Math.max(0, (depth(above, context.state.tabSize) ?? 0) + deeper * context.unit);
}
