// Hints open one at a time. The server notes each, and only then gives its text: without scripts the button sends the form.
import { phrase } from "./words";

const box = document.querySelector<HTMLElement>("#hints");

box?.addEventListener("click", (e) => {
  const button = e.target instanceof Element ? e.target.closest<HTMLButtonElement>("button[data-hint]") : null;
  if (!button) return;
  // The form would run the code.
  e.preventDefault();
  if (button.getAttribute("aria-disabled") !== "true") void show(box, button);
});

async function show(box: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const name = button.textContent ?? "";
  button.setAttribute("aria-disabled", "true");
  button.textContent = `${name} …`;
  try {
    const answer = await fetch(`${button.formAction}/fragment`, { method: "POST", headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    // Our own server's page, escaped there; `template` keeps it inert until it is in the document.
    const t = document.createElement("template");
    t.innerHTML = await answer.text();
    const open = [...box.querySelectorAll<HTMLDetailsElement>("details[open]")].map((d) => d.id);
    box.replaceChildren(t.content);
    for (const id of open) box.querySelector(`#${id}`)?.setAttribute("open", "");
    box.querySelector<HTMLElement>(`#hint-${button.dataset["hint"]} summary`)?.focus();
  } catch {
    button.removeAttribute("aria-disabled");
    button.textContent = phrase("js-hints-no-answer", { name });
  }
}
