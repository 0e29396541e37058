// The page of a question: clock, saving, and what another window saved in between. And the page of an answer: ticks.
import { AnswerKeeper, LocalCopy, type Outcome, type Theirs } from "./answer";
import { announcement, left } from "./countdown";
import { clock } from "./draft";
import { initPoints } from "./points";
import { phrase } from "./words";

/** Rest after the last key, and the longest that typing may put a save off. Milliseconds. */
const REST = 1000;
const AT_MOST = 5000;
/** Of a text that somebody has to choose about: made from no revision, so that it is asked about again. */
const UNDECIDED = -1;
/** Longest wait between tries while the server is away, seconds. */
const LONGEST = 30;

/** Shows the clock; gives a way to say how many seconds have passed by the server's, after a machine that slept. */
function initClock(box: HTMLElement): (elapsed: number) => void {
  const time = box.querySelector<HTMLElement>("#time");
  const of = box.querySelector<HTMLElement>("#of");
  const hide = document.querySelector<HTMLButtonElement>("#hide");
  const said = document.querySelector<HTMLElement>("#clock-said");
  const limit = Number(box.dataset["limit"]);
  let offset = Number(box.dataset["elapsed"]);
  let begun = performance.now();
  const now = () => offset + Math.floor((performance.now() - begun) / 1000);
  let before = now();
  const draw = () => {
    const elapsed = now();
    if (time) {
      time.textContent = left(elapsed, limit);
      time.classList.toggle("past", elapsed > limit);
    }
    if (of && elapsed > limit && before <= limit) of.textContent += phrase("js-question-over-time");
    // Hidden means that somebody does not want to be told.
    const words = box.hidden ? undefined : announcement(before, elapsed, limit);
    if (said && words) said.textContent = words;
    before = elapsed;
  };
  const show = (hidden: boolean) => {
    box.hidden = hidden;
    if (hide) hide.textContent = hidden ? phrase("js-question-show-clock") : phrase("js-question-hide-clock");
  };
  hide?.addEventListener("click", () => {
    show(!box.hidden);
    try {
      localStorage.setItem("assay.clock", box.hidden ? "hidden" : "shown");
    } catch {
      // It holds for this page, then.
    }
  });
  try {
    show(localStorage.getItem("assay.clock") === "hidden");
  } catch {
    // Shown.
  }
  draw();
  setInterval(draw, 1000);
  return (elapsed) => {
    offset = elapsed;
    begun = performance.now();
    draw();
  };
}

function initAnswer(form: HTMLFormElement, setClock?: (elapsed: number) => void): void {
  const need = <T extends HTMLElement>(selector: string): T => {
    const e = document.querySelector<T>(selector);
    if (!e) throw new Error(`the page has no ${selector}`);
    return e;
  };
  const field = (name: string) => need<HTMLInputElement>(`#answer input[name=${name}]`);
  const text = need<HTMLTextAreaElement>("#text");
  const saved = need("#saved");
  const said = need("#save-said");
  const conflict = need("#conflict");
  const slug = form.dataset["slug"] ?? "";
  // What was posted and not taken stands in the field, and it is not what the server has.
  const posted = document.querySelector(".problem") !== null;
  const keeper = new AnswerKeeper(slug, field("answer").value, Number(field("from").value), posted ? undefined : text.defaultValue);
  const copy = new LocalCopy(slug);
  const read = () => text.value;
  const isDirty = () => read() !== keeper.base;

  let timer = 0;
  let due = 0;
  let away = 0;
  let since = 0;
  let theirs: Theirs | undefined;

  /** A browser that keeps nothing must not say that it does. */
  const keepCopy = () => copy.save({ id: keeper.id, from: conflict.hidden ? keeper.from : UNDECIDED, text: read() });

  const schedule = (ms: number) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void save(), ms);
  };

  const later = () => {
    if (!conflict.hidden) return;
    due ||= Date.now() + AT_MOST;
    schedule(Math.max(0, Math.min(REST, due - Date.now())));
  };

  /** Whether the server has everything now. */
  async function save(): Promise<boolean> {
    clearTimeout(timer);
    due = 0;
    if (!conflict.hidden) return false;
    const outcome = await keeper.save(read);
    show(outcome);
    field("answer").value = keeper.id;
    field("from").value = String(keeper.from);
    if (outcome.is === "saved" && isDirty()) later();
    return outcome.is === "saved" && !isDirty();
  }

  function show(outcome: Outcome): void {
    switch (outcome.is) {
      case "saved":
        if (since) said.textContent = phrase("js-question-back");
        since = away = 0;
        saved.textContent = phrase("js-question-saved-at", { time: clock(outcome.at) });
        if (!isDirty()) copy.drop();
        return;
      case "away": {
        const kept = keepCopy();
        away = Math.min(Math.max(outcome.after, away * 2), LONGEST);
        if (!since) said.textContent = phrase("js-question-away");
        since ||= Date.now();
        const places = { since: clock(since), seconds: away };
        saved.textContent = kept ? phrase("js-question-kept", places) : phrase("js-question-not-kept", places);
        schedule(away * 1000);
        return;
      }
      case "behind":
        keepCopy();
        ask(outcome.theirs, phrase("js-question-behind"));
        return;
      case "refused":
        keepCopy();
        saved.textContent = phrase("js-question-refused", { why: outcome.why });
        said.textContent = saved.textContent;
        return;
    }
  }

  /** Two texts: somebody has to choose. */
  function ask(other: Theirs, words: string): void {
    theirs = other;
    need("#conflict-words").textContent = words;
    need("#theirs").textContent = other.text;
    conflict.hidden = false;
    saved.textContent = phrase("js-question-choose");
    need("#conflict-title").focus();
  }

  function choose(mine: (mine: string, other: string) => string): void {
    // Drawn by the server after a plain form, the other text is known by what the page says of it.
    const other = theirs?.text ?? need("#theirs").textContent ?? "";
    if (theirs) keeper.take(theirs);
    text.value = mine(read(), other);
    theirs = undefined;
    conflict.hidden = true;
    document.querySelector(".problem")?.remove();
    text.focus();
    void save();
  }
  need("#keep-mine").addEventListener("click", () => choose((mine) => mine));
  need("#take-theirs").addEventListener("click", () => choose((_, other) => other));
  need("#keep-both").addEventListener("click", () => choose((mine, other) => `${mine}\n\n${other}`));

  text.addEventListener("input", () => {
    if (!since) saved.textContent = phrase("js-question-not-yet");
    keepCopy();
    if (!since) later();
  });

  // Whatever the form does, the server has the text first: then it cannot be refused for its revision.
  let through = false;
  form.addEventListener("submit", (e) => {
    if (through) return;
    e.preventDefault();
    const by = e.submitter instanceof HTMLButtonElement ? e.submitter : null;
    void send(by);
  });
  async function send(by: HTMLButtonElement | null): Promise<void> {
    if (!conflict.hidden) {
      need("#conflict-title").focus();
      return;
    }
    if (isDirty() && !(await save())) return;
    if (by?.value === "save") {
      saved.textContent ||= phrase("js-question-saved");
      said.textContent = phrase("js-question-saved-said");
      return;
    }
    try {
      await fetch("/livez", { cache: "no-store" });
    } catch {
      show({ is: "away", after: 2 });
      return;
    }
    through = true;
    form.requestSubmit(by);
  }

  addEventListener("pagehide", () => {
    if (!isDirty() || !conflict.hidden) return;
    keepCopy();
    keeper.saveLast(read());
  });

  /** Another machine may have gone on. */
  async function look(): Promise<void> {
    const now = await keeper.look();
    if (now && now.started_ms !== null) setClock?.(Math.floor((now.now_ms - now.started_ms) / 1000));
    if (!now || isDirty() || !conflict.hidden) return;
    if (now.done_ms !== null || (now.started_ms !== null && !document.querySelector("#clock"))) location.reload();
    else if (now.revision > keeper.from) {
      keeper.take(now);
      text.value = now.text;
      saved.textContent = phrase("js-question-elsewhere", { time: clock(Date.now()) });
      said.textContent = phrase("js-question-elsewhere-said");
    }
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void look();
  });
  addEventListener("pageshow", (e) => {
    through = false;
    if (e.persisted) void look();
  });
  addEventListener("online", () => {
    if (since) void save();
  });

  // A browser that fills the field with what stood there before must not pass for somebody who types.
  text.value = text.defaultValue;
  const kept = posted ? undefined : copy.load();
  if (kept && kept.text !== text.value) {
    const fits = kept.id === keeper.id && kept.from === keeper.from;
    const server: Theirs = { id: keeper.id, revision: keeper.from, text: text.value, started_ms: null, now_ms: 0, done_ms: null };
    text.value = kept.text;
    if (fits || server.text === "") {
      saved.textContent = phrase("js-question-brought-back");
      void save();
    } else {
      ask(server, phrase("js-question-unsent"));
    }
  } else if (posted) keepCopy();
  else copy.drop();
  if (location.hash === "#text") text.focus();
}

const box = document.querySelector<HTMLElement>("#clock");
const setClock = box ? initClock(box) : undefined;
const form = document.querySelector<HTMLFormElement>("#answer");
if (form) initAnswer(form, setClock);
const points = document.querySelector<HTMLFormElement>("#points");
if (points) initPoints(points);
