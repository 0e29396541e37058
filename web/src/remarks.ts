// Remarks at lines: what the last run, vet or gofmt says of a place in the candidate's files.

export interface Remark {
  file: string;
  /** From 1. */
  line: number;
  /** In bytes, from 1; 0 when unknown. */
  column: number;
  /** The verdict's shape. */
  shape: string;
  note: string;
}

/** Those that the server drew into a result. */
export function drawn(box: HTMLElement): Remark[] {
  const all = [...box.querySelectorAll<HTMLElement>("[data-remark]")].map((e) => ({
    file: e.dataset["file"] ?? "",
    line: Number(e.dataset["line"]),
    column: Number(e.dataset["column"] ?? 0),
    shape: e.dataset["shape"] ?? "",
    note: e.dataset["remark"] ?? "",
  }));
  const seen = new Set<string>();
  // One stack may be drawn for many goroutines.
  return all.filter((r) => {
    const key = JSON.stringify(r);
    return !seen.has(key) && seen.add(key);
  });
}

/** How much a remark weighs, for the mark in the gutter. */
export function weight(shape: string): "error" | "warning" | "info" {
  if (shape === "⊘" || shape === "✕") return "error";
  return shape === "◇" ? "info" : "warning";
}

/** The place in `line` of a column that counts bytes, in UTF-16 units from 0. */
export function unit(line: string, column: number): number {
  let bytes = column - 1;
  let at = 0;
  for (const c of line) {
    if (bytes <= 0) break;
    const code = c.codePointAt(0) ?? 0;
    bytes -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    at += c.length;
  }
  return at;
}
