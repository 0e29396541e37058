import { ask, type Refusal } from "./api";
import type { File } from "./draft";
import { phrase } from "./words";

export type Scope = "visible" | "all";

/** What is handed in. The key stays the same when the same is sent again, so that it is graded once. */
export interface Handing {
  exercise: string;
  files: File[];
  scope: Scope;
  key: string;
}

/** A new one of `files`. */
export function handing(exercise: string, files: File[], scope: Scope): Handing {
  return { exercise, files, scope, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
}

/** Hands in and gives the run's id, or why not. */
export async function submit({ exercise, files, scope, key }: Handing): Promise<string | Refusal> {
  const answer = await ask("POST", "/api/submissions", { exercise, files, scope }, { headers: { "idempotency-key": key } });
  if (!answer.ok) return answer;
  const id = (answer.body as { id?: unknown } | undefined)?.id;
  if (typeof id === "string") return id;
  return { status: 200, kind: "", text: phrase("js-bench-no-sense"), again: undefined, members: {} };
}

/** Calls a run back. Nothing when it did, or was over; else why not. */
export async function callBack(id: string): Promise<string | undefined> {
  const answer = await ask("DELETE", `/api/submissions/${id}`);
  return answer.ok || answer.kind === "is-over" ? undefined : phrase("js-bench-not-called-back", { why: answer.text });
}

/** Why nothing was handed in and what happens next, in words. `at` is the time of the next try, if there is one. */
export function refused(r: Refusal, at: string): string {
  const place = r.members["position"];
  switch (true) {
    case r.kind === "queue-full" && typeof place === "number":
      return phrase("js-bench-queue-full", { place });
    case r.status === 429:
      return phrase("js-bench-not-handed-in", { why: r.text });
    case r.kind === "unknown-exercise":
      return phrase("js-bench-no-exercise");
    case r.status === 503:
      return phrase("js-bench-handed-in-at", { why: r.text, at });
    case r.again !== undefined:
      return phrase("js-bench-kept-handed-in-at", { why: r.text, at });
    default:
      return r.text;
  }
}
