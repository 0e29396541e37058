import { phrase } from "./words";

/** What a dialog says and asks for. */
export interface Question {
  title: string;
  text: string;
  /** The word on the button that goes ahead. */
  ok: string;
  /** Asks for a line of text as well. `check` gives what is wrong with it, or nothing. */
  input?: { label: string; value: string; check: (value: string) => string | undefined };
  /** Offer a way back. */
  cancel?: boolean;
  /** The word on a button that takes another way; the answer is then this word. */
  other?: string;
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(tag), props);
}

/** Asks in a dialog of the page. Gives the text (empty when none was asked for), or `undefined` when it was left. */
export function ask(q: Question): Promise<string | undefined> {
  const title = element("h2", { textContent: q.title, id: "ask-title" });
  const form = element("form", { method: "dialog", noValidate: true });
  form.append(element("p", { textContent: q.text }));
  const input = q.input && element("input", { value: q.input.value, name: "value", autocomplete: "off", spellcheck: false });
  const wrong = element("p", { className: "wrong", id: "ask-wrong", role: "alert" });
  if (q.input && input) {
    const label = element("label", { textContent: q.input.label });
    input.setAttribute("aria-describedby", wrong.id);
    label.append(input);
    form.append(label, wrong);
  }
  const row = element("div", { className: "row" });
  if (q.cancel) row.append(element("button", { type: "button", textContent: phrase("js-bench-cancel"), onclick: () => dialog.close() }));
  const { other } = q;
  if (other) {
    const take = () => {
      answer = other;
      dialog.close();
    };
    row.append(element("button", { type: "button", textContent: other, onclick: take }));
  }
  row.append(element("button", { type: "submit", className: "primary", textContent: q.ok }));
  form.append(row);

  let answer: string | undefined;
  const dialog = element("dialog", {});
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(title, form);
  document.body.append(dialog);

  return new Promise((resolve) => {
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      const value = input?.value.trim() ?? "";
      wrong.textContent = q.input?.check(value) ?? "";
      if (wrong.textContent) return;
      answer = value;
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
    input?.select();
  });
}
