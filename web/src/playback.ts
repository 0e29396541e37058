// Plays the saves of a draft: slider, previous, next, and playing at a multiple of real time. Each step is drawn by the server.
import { phrase } from "./words";

/** A pause of minutes is not waited for, and a burst of saves can still be seen. Milliseconds. */
const SHORTEST = 250;
const LONGEST = 1500;

function need<T extends HTMLElement>(selector: string): T {
  const e = document.querySelector<T>(selector);
  if (!e) throw new Error(`the page has no ${selector}`);
  return e;
}

const player = need<HTMLFormElement>("#player");
const at = need<HTMLInputElement>("#at");
const box = need("#step");
const said = need("#said");
const play = need<HTMLButtonElement>("#play");
const speed = need<HTMLSelectElement>("#speed");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let timer = 0;
let asked = 0;
/** All equal lines, if the page was opened so. */
const lines = new URLSearchParams(location.search).get("lines") === "all" ? "&lines=all" : "";

function section(): HTMLElement | null {
  return box.querySelector<HTMLElement>("section.step");
}

/** Shows a save; of several that are asked for at once, the last. Whether it is there. */
async function show(revision: number): Promise<boolean> {
  const mine = ++asked;
  at.value = String(revision);
  try {
    const answer = await fetch(`${player.dataset["step"] ?? ""}?revision=${at.value}${lines}`, { headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(phrase("js-playback-refused", { status: answer.status }));
    const text = await answer.text();
    if (mine !== asked) return false;
    // Our own server's page, escaped there; `template` keeps it inert until it is in the document.
    const t = document.createElement("template");
    t.innerHTML = text;
    box.replaceChildren(t.content);
    history.replaceState(null, "", `?revision=${at.value}${lines}`);
    said.textContent = timer ? "" : (section()?.querySelector("h2")?.textContent ?? "");
    return true;
  } catch (e) {
    if (mine === asked) {
      stop();
      said.textContent = phrase("js-playback-failed", { why: e instanceof Error ? e.message : String(e) });
    }
    return false;
  }
}

function stop(): void {
  clearTimeout(timer);
  timer = 0;
  play.textContent = `▶ ${phrase("js-playback-play")}`;
  play.setAttribute("aria-pressed", "false");
}

/** Waits as long as the writer did, made shorter, and goes on. */
function later(): void {
  const next = section()?.dataset["next"];
  if (next === undefined) {
    stop();
    said.textContent = phrase("js-playback-last");
    return;
  }
  const wait = Math.min(Math.max(Number(next) / Number(speed.value), calm.matches ? 1000 : SHORTEST), LONGEST);
  timer = window.setTimeout(async () => {
    if ((await show(Number(at.value) + 1)) && timer) later();
  }, wait);
}

play.addEventListener("click", async () => {
  if (timer) {
    stop();
    return;
  }
  play.textContent = `❚❚ ${phrase("js-playback-pause")}`;
  play.setAttribute("aria-pressed", "true");
  // From the end it begins anew.
  if (section()?.dataset["next"] === undefined) {
    timer = -1;
    if (!(await show(Number(at.min)))) return;
  }
  later();
});

function step(by: 1 | -1): void {
  stop();
  const to = Math.min(Math.max(Number(at.value) + by, Number(at.min)), Number(at.max));
  void show(to);
}

need("#previous").addEventListener("click", () => step(-1));
need("#next").addEventListener("click", () => step(1));
at.addEventListener("input", () => {
  stop();
  void show(Number(at.value));
});
player.addEventListener("submit", (e) => e.preventDefault());

// Links to a save are followed in place.
document.addEventListener("click", (e) => {
  const link = e.target instanceof Element ? e.target.closest<HTMLAnchorElement>('a[href^="?revision="]') : null;
  const revision = Number(new URLSearchParams(link?.search ?? "").get("revision"));
  if (!link || !revision || link.search.includes("lines=") || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  stop();
  const inStep = box.contains(link);
  const rel = link.rel;
  void show(revision).then(() => {
    if (inStep) (box.querySelector<HTMLElement>(`a[rel="${rel}"]`) ?? box.querySelector<HTMLElement>("a[rel]"))?.focus();
  });
});
