// Keeps an answer on the server as somebody types, and in this browser for as long as the server has not got it. Knows no page.
import { phrase } from "./words";

/** An answer as the server has it. */
export interface Theirs {
  id: string;
  revision: number;
  text: string;
  started_ms: number | null;
  /** The server's clock when it said this. */
  now_ms: number;
  done_ms: number | null;
}

/** What became of a save. */
export type Outcome =
  | { is: "saved"; at: number }
  /** The server cannot take it now; after so many seconds it may. */
  | { is: "away"; after: number }
  /** Somebody else saved this in between. */
  | { is: "behind"; theirs: Theirs }
  /** It will never be taken like this; says why. */
  | { is: "refused"; why: string };

/** What is kept in this browser until the server has it. */
export interface Copy {
  id: string;
  from: number;
  text: string;
}

class Refused extends Error {}
class Away extends Error {
  constructor(readonly after: number) {
    super("the server does not answer");
  }
}

interface Problem {
  type?: string;
  detail?: string;
}

/** One request; a refusal carries the problem's kind. */
async function call(method: string, at: string, body?: unknown, keepalive = false): Promise<{ kind: string; detail: string; json: unknown }> {
  let answer: Response;
  try {
    const init: RequestInit = { method, keepalive };
    if (body !== undefined) Object.assign(init, { headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    answer = await fetch(at, init);
  } catch {
    throw new Away(2);
  }
  if (answer.status >= 500 || answer.status === 429) throw new Away(Number(answer.headers.get("retry-after")) || 5);
  const json: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return { kind: "", detail: "", json };
  const problem = (typeof json === "object" && json !== null ? json : {}) as Problem;
  return { kind: problem.type?.split(":").at(-1) ?? String(answer.status), detail: problem.detail ?? phrase("js-question-status", { status: answer.status }), json };
}

export class AnswerKeeper {
  /** One save at a time; others wait for it. */
  private going: Promise<unknown> = Promise.resolve();

  /**
   * `id` is empty while there is no answer yet; `base` is the text that the server has, nothing when that is not known.
   */
  constructor(
    readonly slug: string,
    public id: string,
    public from: number,
    public base: string | undefined,
  ) {}

  /** Saves `text()` as it is when its turn comes. */
  save(text: () => string): Promise<Outcome> {
    const next = this.going.then(() => this.once(text()));
    this.going = next.catch(() => undefined);
    return next;
  }

  /** For a page that goes away: no answer can be waited for. */
  saveLast(text: string): void {
    if (this.id && text !== this.base) void call("PUT", `/api/answers/${this.id}`, { from: this.from, text }, true).catch(() => undefined);
  }

  /** The answer as the server has it now; nothing when it cannot be known. */
  async look(): Promise<Theirs | undefined> {
    if (!this.id) return undefined;
    try {
      const { kind, json } = await call("GET", `/api/answers/${this.id}`);
      return kind ? undefined : (json as Theirs);
    } catch {
      return undefined;
    }
  }

  /** From now on the server's text is what this was made from. */
  take(theirs: Theirs): void {
    this.id = theirs.id;
    this.from = theirs.revision;
    this.base = theirs.text;
  }

  private async once(text: string): Promise<Outcome> {
    try {
      return await this.put(text);
    } catch (e) {
      if (e instanceof Away) return { is: "away", after: e.after };
      if (e instanceof Refused) return { is: "refused", why: e.message };
      throw e;
    }
  }

  private async put(text: string, again = true): Promise<Outcome> {
    if (text === this.base) return { is: "saved", at: Date.now() };
    if (!this.id) {
      const begun = await this.begin();
      // Another window began it and has written already.
      if (begun.revision > 0 && begun.text !== text) return { is: "behind", theirs: begun };
      this.take(begun);
    }
    const { kind, detail, json } = await call("PUT", `/api/answers/${this.id}`, { from: this.from, text });
    switch (kind) {
      case "": {
        const { revision, saved_ms } = json as { revision: number; saved_ms: number };
        this.from = revision;
        this.base = text;
        return { is: "saved", at: saved_ms };
      }
      case "answer-behind": {
        const theirs = (await call("GET", `/api/answers/${this.id}`)).json as Theirs;
        return { is: "behind", theirs };
      }
      case "unknown-answer":
        // The cookie is gone, or what it had was deleted: the text begins an answer of its own.
        if (!again) throw new Refused(detail);
        this.id = "";
        return this.put(text, false);
      default:
        throw new Refused(detail);
    }
  }

  private async begin(): Promise<Theirs> {
    const { kind, detail, json } = await call("POST", `/api/questions/${this.slug}/answers`, {});
    if (kind) throw new Refused(detail);
    return json as Theirs;
  }
}

/** The copy in this browser. */
export class LocalCopy {
  private readonly key: string;

  constructor(slug: string) {
    this.key = `assay.answer.${slug}`;
  }

  load(): Copy | undefined {
    try {
      const v: unknown = JSON.parse(localStorage.getItem(this.key) ?? "null");
      const fits = typeof v === "object" && v !== null && "id" in v && "from" in v && "text" in v && typeof v.text === "string";
      return fits ? (v as Copy) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether it could be kept. */
  save(copy: Copy): boolean {
    try {
      localStorage.setItem(this.key, JSON.stringify(copy));
      return true;
    } catch {
      return false;
    }
  }

  drop(): void {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing is kept, then.
    }
  }
}
