// Ticks are kept as they are made; the button does the same for those who do without scripts.
import { clock } from "./draft";

export function initPoints(form: HTMLFormElement): void {
  const tally = document.querySelector<HTMLElement>("#tally");
  const kept = document.querySelector<HTMLElement>("#kept");
  const said = document.querySelector<HTMLElement>("#points-said");
  const of = Number(form.dataset["of"]);
  let last = Promise.resolve();

  const keep = async () => {
    const points = [...form.querySelectorAll<HTMLInputElement>("input[name=point]:checked")].map((b) => b.value);
    if (tally) tally.textContent = `${points.length} of ${of} point${of === 1 ? "" : "s"}`;
    let words = `kept ${clock(Date.now())}`;
    let failed = true;
    try {
      const answer = await fetch(`/api/answers/${form.dataset["id"]}/points`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ points }),
      });
      const problem = answer.ok ? undefined : ((await answer.json().catch(() => ({}))) as { detail?: string });
      failed = problem !== undefined;
      if (problem) words = `not kept: ${problem.detail ?? `the server said ${answer.status}`}`;
    } catch {
      words = "not kept: the server does not answer; tick again, or use the button, when it is there";
    }
    if (kept) kept.textContent = words;
    if (said && failed) said.textContent = words;
  };
  // In order, so that the last tick is the one that stays.
  form.addEventListener("change", () => (last = last.then(keep)));
}
