// What turns one text into another that mostly differs in its spaces, so that cursors and remarks keep their places.

export interface Edit {
  from: number;
  to: number;
  insert: string;
}

const isSpace = (c: string | undefined) => c === " " || c === "\t" || c === "\n" || c === "\r";

/** The edit without what is the same at both ends; none when all is. */
function trimmed(before: string, after: string, at: number): Edit | undefined {
  if (before === after) return undefined;
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let a = before.length;
  let b = after.length;
  while (a > start && b > start && before[a - 1] === after[b - 1]) {
    a--;
    b--;
  }
  return { from: at + start, to: at + a, insert: after.slice(start, b) };
}

/**
 * Edits in order, at places of `before`. Runs of spaces are edited one by one; from the first letter that differs (an import that was
 * sorted) the rest is one edit.
 */
export function edits(before: string, after: string): Edit[] {
  const out: Edit[] = [];
  const add = (edit: Edit | undefined) => edit && out.push(edit);
  let i = 0;
  let j = 0;
  for (;;) {
    const [gap, other] = [i, j];
    while (isSpace(before[i])) i++;
    while (isSpace(after[j])) j++;
    add(trimmed(before.slice(gap, i), after.slice(other, j), gap));
    if (i >= before.length && j >= after.length) return out;
    if (before[i] !== after[j]) {
      add(trimmed(before.slice(i), after.slice(j), i));
      return out;
    }
    i++;
    j++;
  }
}
