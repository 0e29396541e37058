// What the candidate has written so far and which runs were made, kept in this browser.
import { phrase } from "./words";

export interface File {
  path: string;
  content: string;
}

export interface Draft {
  /** Version of the exercise that it was begun from. */
  version: string;
  files: File[];
  /** When it was kept, milliseconds since 1970. */
  at: number;
  /** The server's revision that it was made from; 0 for none. */
  revision: number;
  /** Whether the server has these very files as that revision. */
  clean: boolean;
  /** Prints of what was sent and never answered: the server may have it. */
  sent: string[];
  /** The window that kept it. */
  by: string;
}

export interface Attempt {
  id: string;
  scope: "visible" | "all";
  at: number;
  verdict?: string;
}

/** The rule of `assay_core::FileName`, so that a bad name is refused before it is sent. */
export function wrongName(path: string, others: string[]): string | undefined {
  if (!/^[a-z][a-z0-9_]{0,60}\.go$/.test(path)) return phrase("js-bench-name-rule");
  if (path.endsWith("_test.go")) return phrase("js-bench-name-test");
  return others.includes(path) ? phrase("js-bench-name-taken") : undefined;
}

/** Whether two sets of files are the same, in whatever order. */
export function sameFiles(a: File[], b: File[]): boolean {
  const texts = new Map(a.map((f) => [f.path, f.content]));
  return a.length === b.length && b.every((f) => texts.get(f.path) === f.content);
}

/** A short name for a set of files: FNV-1a of 2 × 32 bits over their names and texts. It only has to tell one's own saves apart. */
export function print(files: File[]): string {
  const text = JSON.stringify(files.map((f) => [f.path, f.content]));
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c ^ (a >>> 13), 0x85ebca6b);
  }
  return `${text.length.toString(36)}-${(a >>> 0).toString(36)}-${(b >>> 0).toString(36)}`;
}

function read<T>(key: string, as: (v: unknown) => T | undefined): T | undefined {
  try {
    return as(JSON.parse(localStorage.getItem(key) ?? "null"));
  } catch {
    return undefined;
  }
}

function isFile(v: unknown): v is File {
  return typeof v === "object" && v !== null && "path" in v && "content" in v && typeof v.path === "string" && typeof v.content === "string";
}

export function isFiles(v: unknown): v is File[] {
  return Array.isArray(v) && v.length > 0 && v.every(isFile);
}

/** A draft of whatever was kept, also by an older page that knew nothing of the server; nothing of what is none. */
export function asDraft(v: unknown): Draft | undefined {
  if (typeof v !== "object" || v === null) return undefined;
  const d = v as Partial<Draft>;
  if (typeof d.version !== "string" || typeof d.at !== "number" || !isFiles(d.files)) return undefined;
  return {
    version: d.version,
    files: d.files,
    at: d.at,
    revision: typeof d.revision === "number" ? d.revision : 0,
    clean: d.clean === true,
    sent: Array.isArray(d.sent) ? d.sent.filter((s) => typeof s === "string") : [],
    by: typeof d.by === "string" ? d.by : "",
  };
}

function asAttempts(v: unknown): Attempt[] | undefined {
  const fits = Array.isArray(v) && v.every((a: unknown) => typeof a === "object" && a !== null && "id" in a && typeof a.id === "string");
  return fits ? (v as Attempt[]) : undefined;
}

/** Most drafts of other windows that are set aside. */
const MOST_ASIDE = 5;

/** The keys of one exercise in `localStorage`. */
export class Kept {
  readonly key: string;
  private readonly runs: string;
  private readonly besides: string;

  constructor(slug: string) {
    this.key = `assay.draft.${slug}`;
    this.runs = `assay.runs.${slug}`;
    this.besides = `assay.aside.${slug}`;
  }

  load(): Draft | undefined {
    return read(this.key, asDraft);
  }

  /** Whether it could be kept: a full or forbidden storage says no. What another window has not sent yet is set aside first. */
  save(draft: Draft): boolean {
    const there = this.load();
    if (there && there.by !== draft.by && !there.clean && !sameFiles(there.files, draft.files)) this.setAside(there);
    return this.write(this.key, draft);
  }

  /** Drafts of other windows that the server has not. */
  aside(): Draft[] {
    return read(this.besides, (v) => (Array.isArray(v) ? v.flatMap((d) => asDraft(d) ?? []) : undefined)) ?? [];
  }

  /** Forgets what was set aside of one window. */
  settle(by: string): void {
    const left = this.aside().filter((d) => d.by !== by);
    if (left.length > 0) this.write(this.besides, left);
    else this.remove(this.besides);
  }

  private setAside(draft: Draft): void {
    this.write(this.besides, [...this.aside().filter((d) => d.by !== draft.by), draft].slice(-MOST_ASIDE));
  }

  private write(key: string, value: unknown): boolean {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  private remove(key: string): void {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing is kept, then.
    }
  }

  /** Newest last. */
  attempts(): Attempt[] {
    return read(this.runs, asAttempts) ?? [];
  }

  /** Adds an attempt or changes the one of the same id; the newest twenty stay. The run itself is on the server. */
  note(attempt: Attempt): void {
    const others = this.attempts().filter((a) => a.id !== attempt.id);
    this.write(this.runs, [...others, attempt].slice(-20));
  }
}

/** `hh:mm:ss` in the reader's time. */
export function clock(at: number): string {
  const d = new Date(at);
  return [d.getHours(), d.getMinutes(), d.getSeconds()].map((n) => String(n).padStart(2, "0")).join(":");
}
