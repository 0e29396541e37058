// A page that could not be given just now: tries again by itself, and says when.
import { phrase } from "./words";

/** Longest wait between two tries, seconds. */
const LONGEST = 60;

const box = document.querySelector<HTMLElement>("#again");
const when = document.querySelector<HTMLElement>("#again-when");
const said = document.querySelector<HTMLElement>("#again-said");
let wait = Number(box?.dataset["seconds"]) || 5;
let rest = wait;
let tries = 0;
let busy = false;

async function attempt(): Promise<void> {
  if (busy) return;
  busy = true;
  tries += 1;
  if (when) when.textContent = phrase("js-again-trying");
  let words = phrase("js-again-unreachable");
  try {
    const answer = await fetch(location.href, { cache: "no-store", headers: { accept: "text/html" } });
    if (answer.status !== 503 && answer.status !== 502 && answer.status !== 504) {
      location.reload();
      return;
    }
    wait = Number(answer.headers.get("retry-after")) || wait;
    words = phrase("js-again-not-yet");
  } catch {
    wait = Math.min(wait * 2, LONGEST);
  }
  // Said once: what goes on as before is no news.
  if (tries === 1 && said) said.textContent = `${words} ${phrase("js-again-goes-on")}`;
  rest = wait;
  busy = false;
  draw(words);
}

let last = "";
function draw(words = last): void {
  last = words;
  if (when) when.textContent = `${words} ${phrase("js-again-in", { seconds: rest })}`.trim();
}

setInterval(() => {
  if (busy) return;
  rest -= 1;
  if (rest > 0) draw();
  else void attempt();
}, 1000);
document.querySelector("#again-now")?.addEventListener("click", () => void attempt());
addEventListener("online", () => void attempt());
