import { ask, type Refusal } from "./api";
import type { File } from "./draft";

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
  return { status: 200, kind: "", text: "The server's answer makes no sense. Load the page again; your draft is kept.", again: undefined, members: {} };
}

/** Calls a run back. Nothing when it did, or was over; else why not. */
export async function callBack(id: string): Promise<string | undefined> {
  const answer = await ask("DELETE", `/api/submissions/${id}`);
  return answer.ok || answer.kind === "is-over" ? undefined : `Not called back. ${answer.text}`;
}

/** Why nothing was handed in and what happens next, in words. `at` is the time of the next try, if there is one. */
export function refused(r: Refusal, at: string): string {
  const place = r.members["position"];
  switch (true) {
    case r.kind === "queue-full" && typeof place === "number":
      return `The queue is full: this would be at place ${place}. Nothing was handed in; your draft is kept.`;
    case r.status === 429:
      return `${r.text} Nothing was handed in; your draft is kept.`;
    case r.kind === "unknown-exercise":
      return "This exercise is no longer on the server. Your draft stays here and on the server.";
    case r.status === 503:
      return `${r.text} It is handed in by itself at ${at}.`;
    case r.again !== undefined:
      return `${r.text} Your draft is kept here, and this is handed in by itself at ${at}.`;
    default:
      return r.text;
  }
}
