// Keeps the draft on the server as one types. This browser's copy is written first and stays until the server has it.
import { ask, type Refusal } from "./api";
import { clock, type Draft, type File, isFiles, type Kept, print, sameFiles } from "./draft";
import { phrase } from "./words";

/** The last save that the server has. */
export interface Stored {
  revision: number;
  files: File[];
  saved_ms: number;
}

/** What to do when this browser's draft and the server's meet. */
export type Meeting = "same" | "take" | "push" | "ask";

/** Pure. `take`: the server's is newer. `push`: ours is. `ask`: both changed since they were the same. */
export function meet(local: Draft | undefined, stored: Stored | undefined): Meeting {
  if (!stored) return local ? "push" : "same";
  if (!local) return "take";
  if (sameFiles(local.files, stored.files)) return "same";
  // The server went back to a backup: what it has now stays in its log.
  if (local.revision > stored.revision) return "push";
  // Clean and yet different under one number: these are drafts of two visitors.
  if (local.revision === stored.revision) return local.clean ? "ask" : "push";
  if (local.clean) return "take";
  // A save of ours whose answer was lost is no other window's.
  return local.sent.includes(print(stored.files)) ? "push" : "ask";
}

/** Where the draft is, for the bar. */
export type State =
  | { at: "start" }
  | { at: "saving" }
  | { at: "saved"; revision: number; when: number }
  | { at: "away"; since: number; again: number; why: string; kept: boolean }
  | { at: "refused"; why: string; kept: boolean }
  | { at: "apart"; theirs: Stored };

/** The state in words. */
export function words(s: State): string {
  switch (s.at) {
    case "start":
      return phrase("js-bench-start");
    case "saving":
      return phrase("js-bench-saving");
    case "saved":
      return phrase("js-bench-saved", { at: clock(s.when), revision: s.revision });
    case "away": {
      const fill = { since: clock(s.since).slice(0, 5), why: s.why, again: clock(s.again) };
      return s.kept ? phrase("js-bench-away-kept", fill) : phrase("js-bench-away-not-kept", fill);
    }
    case "refused":
      return s.kept ? phrase("js-bench-refused-kept", { why: s.why }) : phrase("js-bench-refused-not-kept", { why: s.why });
    case "apart":
      return phrase("js-bench-apart", { revision: s.theirs.revision });
  }
}

/** The draft goes to this browser so soon after a key, and to the server so soon after the last one, but no later than that; milliseconds. */
const HERE = 300;
const PAUSE = 1000;
const LONGEST = 5000;
/** Longest rest between tries, seconds. */
const MOST_REST = 30;
/** Bytes that a page that is going away may still send; browsers refuse more than 64 KiB. */
const LAST_WORDS = 60_000;
/** Prints of unanswered saves that are remembered. */
const MOST_SENT = 16;

export interface Hooks {
  files: () => File[];
  /** Puts these in the place of the files. */
  take: (files: File[]) => void;
  show: (state: State) => void;
}

export class Sync {
  private readonly url: string;
  private readonly by = Math.random().toString(36).slice(2);
  private revision = 0;
  private clean = true;
  private sent: string[] = [];
  private begun = false;
  /** Whether the server may have a draft: it is not asked for what cannot be there. */
  private known = false;
  private busy: "" | "looking" | "pushing" = "";
  private apart: Stored | undefined;
  private awaySince = 0;
  private failures = 0;
  private firstUnsent = 0;
  private hereTimer = 0;
  private thereTimer = 0;
  private kept = true;

  constructor(
    slug: string,
    /** Of the exercise that the draft was begun from. */
    public version: string,
    private readonly store: Kept,
    private readonly hooks: Hooks,
  ) {
    this.url = `/api/drafts/${slug}`;
    addEventListener("pagehide", () => this.leave());
    addEventListener("online", () => void this.look());
    addEventListener("pageshow", (e) => {
      if (!e.persisted) return;
      this.known = true;
      void this.look();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
      else void this.look();
    });
    addEventListener("storage", (e) => {
      const other = e.key === store.key ? store.load() : undefined;
      if (!other?.clean) return;
      store.settle(other.by);
      this.known = true;
      // Each look is kept, and seen by the other windows: the same revision is no news.
      if (other.revision !== this.revision) void this.look();
    });
  }

  /** Goes on with what this browser kept, if anything, and asks the server for what it has. */
  begin(local: Draft | undefined, known: boolean): void {
    this.known = known || (local?.revision ?? 0) > 0;
    this.version = local?.version ?? this.version;
    this.revision = local?.revision ?? 0;
    this.clean = local?.clean ?? true;
    this.sent = local?.sent ?? [];
    this.hooks.show(local?.clean ? { at: "saved", revision: this.revision, when: local.at } : local ? { at: "saving" } : { at: "start" });
    this.begun = local !== undefined;
    if (local) this.keep();
    void this.look();
  }

  /** The candidate changed something. */
  changed(): void {
    this.begun = true;
    this.clean = false;
    const now = Date.now();
    this.firstUnsent ||= now;
    this.hereTimer ||= window.setTimeout(() => this.keep(), HERE);
    if (this.apart || this.awaySince) return;
    this.hooks.show({ at: "saving" });
    this.plan(Math.min(PAUSE, Math.max(this.firstUnsent + LONGEST - now, 0)));
  }

  /** Sends what is unsent now rather than later. */
  async flush(): Promise<void> {
    this.keep();
    if (!this.clean) await this.push();
  }

  /** Whether the server has a draft of this visitor's, and so knows the visitor. */
  isKnown(): boolean {
    return this.known;
  }

  /** Shows again what is to be chosen between. */
  reconsider(): void {
    if (this.apart) this.hooks.show({ at: "apart", theirs: this.apart });
  }

  /** Settles two that grew apart. The other one stays in the server's log, whichever is chosen. */
  async settle(choice: "mine" | "theirs"): Promise<void> {
    const theirs = this.apart;
    if (!theirs) return;
    this.apart = undefined;
    this.revision = theirs.revision;
    this.clean = false;
    await this.push();
    if (choice === "mine" || this.apart) return;
    if (!this.clean) {
      // Ours is not in the log yet, so it is not given up.
      this.apart = theirs;
      this.hooks.show({ at: "apart", theirs });
      return;
    }
    this.hooks.take(theirs.files);
    this.clean = false;
    await this.flush();
  }

  /** Writes this browser's copy. */
  private keep(): void {
    clearTimeout(this.hereTimer);
    this.hereTimer = 0;
    const { version, revision, clean, sent, by } = this;
    this.kept = this.store.save({ version, files: this.hooks.files(), at: Date.now(), revision, clean, sent, by });
  }

  private plan(ms: number): void {
    clearTimeout(this.thereTimer);
    this.thereTimer = window.setTimeout(() => void this.push(), ms);
  }

  /** What the server has now, and what follows from it. */
  private async look(): Promise<void> {
    if (this.busy || this.apart) return;
    if (!this.known) return this.met(undefined);
    this.busy = "looking";
    const answer = await ask("GET", this.url);
    this.busy = "";
    if (!answer.ok && answer.kind !== "no-draft") {
      this.failed(answer);
      return;
    }
    this.back();
    await this.met(answer.ok ? asStored(answer.body) : undefined);
  }

  private async met(stored: Stored | undefined): Promise<void> {
    const files = this.hooks.files();
    const local = this.begun ? { ...this.bare(), files } : undefined;
    switch (meet(local, stored)) {
      case "same":
        if (stored) this.have(stored.revision, stored.saved_ms, files);
        else this.hooks.show({ at: "start" });
        break;
      case "take":
        if (!stored) break;
        this.hooks.take(stored.files);
        this.begun = true;
        this.have(stored.revision, stored.saved_ms, stored.files);
        break;
      case "push":
        this.revision = stored?.revision ?? 0;
        this.clean = false;
        await this.push();
        break;
      case "ask":
        this.apart = stored;
        this.keep();
        if (stored) this.hooks.show({ at: "apart", theirs: stored });
    }
  }

  private bare(): Draft {
    const { version, revision, clean, sent, by } = this;
    return { version, files: [], at: 0, revision, clean, sent, by };
  }

  /** The server has `files` as `revision`. */
  private have(revision: number, when: number, files: File[]): void {
    this.revision = revision;
    this.known = true;
    this.sent = [];
    this.clean = sameFiles(files, this.hooks.files());
    this.firstUnsent = this.clean ? 0 : this.firstUnsent || Date.now();
    this.keep();
    if (!this.clean) return this.plan(PAUSE);
    clearTimeout(this.thereTimer);
    this.hooks.show({ at: "saved", revision, when });
  }

  private async push(): Promise<void> {
    clearTimeout(this.thereTimer);
    if (this.busy || this.apart) return;
    this.busy = "pushing";
    await this.putAside();
    const files = this.hooks.files();
    this.sent = [...this.sent, print(files)].slice(-MOST_SENT);
    this.firstUnsent = 0;
    this.keep();
    const answer = await this.put(this.revision, files);
    this.busy = "";
    if (answer.ok) {
      this.back();
      this.have(revisionOf(answer.body), Date.now(), files);
    } else if (answer.kind === "draft-behind") {
      this.known = true;
      await this.look();
    } else {
      this.failed(answer);
    }
  }

  /** What other windows left unsent goes into the log before ours. */
  private async putAside(): Promise<void> {
    for (const other of this.store.aside()) {
      const answer = await this.put(this.revision, other.files);
      if (!answer.ok) return;
      this.revision = revisionOf(answer.body);
      this.store.settle(other.by);
    }
  }

  private put(from: number, files: File[]) {
    const body = { from, files };
    // A page that is closed in the middle of it does not break it off.
    return ask("PUT", this.url, body, { keepalive: JSON.stringify(body).length < LAST_WORDS / 2 });
  }

  private failed(refusal: Refusal): void {
    this.keep();
    if (refusal.again === undefined) {
      this.hooks.show({ at: "refused", why: refusal.text, kept: this.kept });
      return;
    }
    this.awaySince ||= Date.now();
    const rest = Math.min(Math.max(refusal.again, 2 ** this.failures), MOST_REST);
    this.failures++;
    const again = Date.now() + rest * 1000;
    this.hooks.show({ at: "away", since: this.awaySince, again, why: refusal.text, kept: this.kept });
    clearTimeout(this.thereTimer);
    this.thereTimer = window.setTimeout(() => void this.look(), rest * 1000);
  }

  private back(): void {
    this.awaySince = 0;
    this.failures = 0;
  }

  /** The page may be gone after this. */
  private leave(): void {
    if (this.clean) return;
    const files = this.hooks.files();
    // A save that is under way comes first.
    const body = JSON.stringify({ from: this.revision + (this.busy === "pushing" ? 1 : 0), files });
    const name = print(files);
    const unsent = this.sent.at(-1) !== name;
    if (unsent) this.sent = [...this.sent, name].slice(-MOST_SENT);
    this.keep();
    if (!unsent || this.apart || body.length > LAST_WORDS) return;
    const init = { method: "PUT", headers: { "content-type": "application/json" }, body, keepalive: true };
    // Whether it came is seen when somebody looks again.
    fetch(this.url, init).catch(() => undefined);
  }
}

function asStored(v: unknown): Stored | undefined {
  if (typeof v !== "object" || v === null) return undefined;
  const s = v as Partial<Stored>;
  return typeof s.revision === "number" && typeof s.saved_ms === "number" && isFiles(s.files) ? (s as Stored) : undefined;
}

function revisionOf(v: unknown): number {
  return typeof v === "object" && v !== null && "revision" in v && typeof v.revision === "number" ? v.revision : 0;
}
