// Runs that are handed in over the API, as the visitor whose page it is.
import assert from "node:assert/strict";
import { BASE, GRADING } from "./setup.mjs";

/** Hands in as the visitor of `context` and waits for the end; the run's id. */
export async function graded(context, exercise, files, more = {}) {
  const answer = await context.request.post(`${BASE}/api/submissions`, { data: { exercise, files, ...more } });
  assert.equal(answer.status(), 202, await answer.text());
  const { id } = await answer.json();
  await ended(context, id);
  return id;
}

/** Waits for the end of a run. */
export async function ended(context, id) {
  const until = Date.now() + GRADING;
  for (;;) {
    const { state } = await (await context.request.get(`${BASE}/api/submissions/${id}`)).json();
    if (!["queued", "running"].includes(state)) return;
    assert.ok(Date.now() < until, `${id} is ${state} and takes too long`);
    await new Promise((r) => setTimeout(r, 250));
  }
}
