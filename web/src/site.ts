// What every page has: the theme switch, the list of keys, copying, and moving between pieces of evidence.
import { ask } from "./ask";
import { phrase } from "./words";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];
const NAMES: Record<Theme, string> = {
  auto: phrase("js-site-theme-auto"),
  light: phrase("js-site-theme-light"),
  dark: phrase("js-site-theme-dark"),
};

const root = document.documentElement;

function theme(): Theme {
  const set = root.dataset["theme"];
  return set === "light" || set === "dark" ? set : "auto";
}

function initTheme(button: HTMLButtonElement): void {
  const name = button.querySelector("span") ?? button;
  const show = () => (name.textContent = NAMES[theme()]);
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length] ?? "auto";
    if (next === "auto") delete root.dataset["theme"];
    else root.dataset["theme"] = next;
    try {
      localStorage.setItem("assay.theme", next);
    } catch {
      // It holds for this page, then.
    }
    show();
  });
  show();
}

/** Whether keys typed there are text, so that single letters must not be taken from it. */
function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Puts the next or previous piece of evidence, or file with changes, at the top and the focus on it. */
function moveEvidence(step: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(".evidence, .change")];
  if (all.length === 0) return;
  const here = all.findIndex((e) => e.contains(document.activeElement));
  const to = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
  all[to]?.focus({ preventScroll: true });
  all[to]?.scrollIntoView({ block: "start" });
}

function initKeys(dialog: HTMLDialogElement): void {
  document.querySelector("#keys-button")?.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || isText(e.target) || document.querySelector("dialog[open]")) return;
    if (e.key === "?") dialog.showModal();
    else if (e.key === "]") moveEvidence(1);
    else if (e.key === "[") moveEvidence(-1);
    else return;
    e.preventDefault();
  });
}

// One listener for all copy buttons, also those that come later with a result.
document.addEventListener("click", async (e) => {
  const button = e.target instanceof Element ? e.target.closest<HTMLButtonElement>("button[data-copy]") : null;
  if (!button) return;
  const text = document.getElementById(button.dataset["copy"] ?? "")?.textContent ?? "";
  const name = (button.dataset["name"] ??= button.textContent ?? "Copy");
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = phrase("js-site-copied");
    setTimeout(() => (button.textContent = name), 1500);
  } catch {
    await ask({ title: phrase("js-site-copy-by-hand"), text: phrase("js-site-copy-refused"), ok: phrase("js-site-close") });
  }
});

const button = document.querySelector<HTMLButtonElement>("#theme");
if (button) initTheme(button);
const keys = document.querySelector<HTMLDialogElement>("#keys");
if (keys) initKeys(keys);

// Whoever is forgotten by the server is forgotten here as well: drafts, answers and the list of runs.
document.querySelector("#forget")?.addEventListener("click", () => {
  try {
    for (const key of Object.keys(localStorage)) if (/^assay\.(draft|runs|aside|answer)\./.test(key)) localStorage.removeItem(key);
  } catch {
    // Nothing is kept, then.
  }
});
