import type { File } from "./draft";

export type Scope = "visible" | "all";

/** Hands the files in and gives the run's id; an error says what to do. */
export async function submit(exercise: string, files: File[], scope: Scope, key: string): Promise<string> {
  let answer: Response;
  try {
    answer = await fetch("/api/submissions", {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify({ exercise, files, scope }),
    });
  } catch {
    throw new Error("The server cannot be reached. Your draft is kept here; try again.");
  }
  const body: unknown = await answer.json().catch(() => undefined);
  const field = (name: string) =>
    typeof body === "object" && body !== null && name in body ? String((body as Record<string, unknown>)[name]) : undefined;
  const id = field("id");
  if (answer.ok && id) return id;
  throw new Error(field("detail") ?? `The server said ${answer.status}. Your draft is kept here; try again.`);
}
