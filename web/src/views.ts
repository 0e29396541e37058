// Prompt, code and result as three views of a narrow screen; a wide one shows them all and hides the switch.

export type View = "prompt" | "code" | "result";

/** Wires the switch and gives a way to show a view. */
export function initViews(bench: HTMLElement): (view: View) => void {
  const buttons = [...bench.querySelectorAll<HTMLButtonElement>(".views button")];
  const show = (view: View) => {
    bench.dataset["view"] = view;
    for (const b of buttons) b.setAttribute("aria-pressed", String(b.value === view));
  };
  for (const b of buttons) b.addEventListener("click", () => show(b.value as View));
  show("prompt");
  return show;
}
