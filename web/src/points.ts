// Ticks are kept as they are made; the button does the same for those who do without scripts.
import { clock } from "./draft";
import { phrase } from "./words";

export function initPoints(form: HTMLFormElement): void {
  const tally = document.querySelector<HTMLElement>("#tally");
  const kept = document.querySelector<HTMLElement>("#kept");
  const said = document.querySelector<HTMLElement>("#points-said");
  const of = Number(form.dataset["of"]);
  let last = Promise.resolve();

  const keep = async () => {
    const points = [...form.querySelectorAll<HTMLInputElement>("input[name=point]:checked")].map((b) => b.value);
    const places = { found: points.length, of };
    if (tally) tally.textContent = of === 1 ? phrase("js-points-tally-one", places) : phrase("js-points-tally", places);
    let words = phrase("js-points-kept", { time: clock(Date.now()) });
    let failed = true;
    try {
      const answer = await fetch(`/api/answers/${form.dataset["id"]}/points`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ points }),
      });
      const problem = answer.ok ? undefined : ((await answer.json().catch(() => ({}))) as { detail?: string });
      failed = problem !== undefined;
      if (problem) words = phrase("js-points-not-kept", { why: problem.detail ?? phrase("js-points-status", { status: answer.status }) });
    } catch {
      words = phrase("js-points-away");
    }
    if (kept) kept.textContent = words;
    if (said && failed) said.textContent = words;
  };
  // In order, so that the last tick is the one that stays.
  form.addEventListener("change", () => (last = last.then(keep)));
}
