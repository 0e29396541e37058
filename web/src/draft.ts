// What the candidate has written so far and which runs were made, kept in this browser.

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
}

export interface Attempt {
  id: string;
  scope: "visible" | "all";
  at: number;
  verdict?: string;
}

/** The rule of `assay_core::FileName`, so that a bad name is refused before it is sent. */
export function wrongName(path: string, others: string[]): string | undefined {
  if (!/^[a-z][a-z0-9_]{0,60}\.go$/.test(path)) return "Lower-case letters, digits and _, beginning with a letter, ending in .go.";
  if (path.endsWith("_test.go")) return "Test files of yours are not run here; choose a name without _test.";
  return others.includes(path) ? "There is a file of that name already." : undefined;
}

function read<T>(key: string, fits: (v: unknown) => v is T): T | undefined {
  try {
    const v: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return fits(v) ? v : undefined;
  } catch {
    return undefined;
  }
}

function isFile(v: unknown): v is File {
  return typeof v === "object" && v !== null && "path" in v && "content" in v && typeof v.path === "string" && typeof v.content === "string";
}

export function isDraft(v: unknown): v is Draft {
  return (
    typeof v === "object" && v !== null && "files" in v && "version" in v && "at" in v &&
    typeof v.version === "string" && typeof v.at === "number" &&
    Array.isArray(v.files) && v.files.length > 0 && v.files.every(isFile)
  );
}

function isAttempts(v: unknown): v is Attempt[] {
  return Array.isArray(v) && v.every((a: unknown) => typeof a === "object" && a !== null && "id" in a && typeof a.id === "string");
}

/** The keys of one exercise in `localStorage`. */
export class Kept {
  readonly key: string;
  private readonly runs: string;

  constructor(slug: string) {
    this.key = `assay.draft.${slug}`;
    this.runs = `assay.runs.${slug}`;
  }

  load(): Draft | undefined {
    return read(this.key, isDraft);
  }

  /** Whether it could be kept: a full or forbidden storage says no. */
  save(draft: Draft): boolean {
    try {
      localStorage.setItem(this.key, JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  }

  forget(): void {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing is kept, then.
    }
  }

  /** Newest last. */
  attempts(): Attempt[] {
    return read(this.runs, isAttempts) ?? [];
  }

  /** Adds an attempt or changes the one of the same id; the newest twenty stay. */
  note(attempt: Attempt): void {
    const others = this.attempts().filter((a) => a.id !== attempt.id);
    try {
      localStorage.setItem(this.runs, JSON.stringify([...others, attempt].slice(-20)));
    } catch {
      // The run itself is on the server.
    }
  }
}

/** `hh:mm:ss` in the reader's time. */
export function clock(at: number): string {
  const d = new Date(at);
  return [d.getHours(), d.getMinutes(), d.getSeconds()].map((n) => String(n).padStart(2, "0")).join(":");
}
