// The stream of events of one submission, through lost connections and restarted servers: it goes on from its number.
import { ask } from "./api";
import { clock } from "./draft";
import type { Event } from "./progress";
import { phrase } from "./words";

const NAMES = ["queued", "started", "step", "plan", "test", "evidence", "finished", "faulted", "canceled"] as const;

/** Without an event for so long, the stream is opened anew: a connection can die without a word. Milliseconds. */
const SILENCE = 40_000;
/** Rest before a new stream after one was lost. */
const REST = 1000;
const MOST_REST = 10_000;

export interface Hooks {
  /** Each event once and in order. */
  event: (e: Event) => void;
  /** What to say of the connection; empty when all is well. */
  connection: (words: string) => void;
  /** There is nothing to follow. */
  gone: (words: string) => void;
}

export interface Feed {
  close: () => void;
}

/** Follows the events of `id` until it is closed. */
export function feed(id: string, hooks: Hooks): Feed {
  let seen = 0;
  let source: EventSource | undefined;
  let closed = false;
  let failures = 0;
  let lostAt = 0;
  let timer = 0;

  const later = (ms: number, what: () => void) => {
    clearTimeout(timer);
    timer = window.setTimeout(what, ms);
  };

  const open = () => {
    source?.close();
    if (closed) return;
    const mine = new EventSource(`/api/submissions/${id}/events?after=${seen}`);
    source = mine;
    const take = (message: MessageEvent<string>) => {
      if (closed || mine !== source) return;
      const e = JSON.parse(message.data) as Event & { seq: number };
      if (e.seq <= seen) return;
      seen = e.seq;
      well();
      hooks.event(e);
    };
    for (const name of NAMES) mine.addEventListener(name, take);
    mine.onopen = well;
    mine.onerror = () => {
      if (closed || mine !== source) return;
      mine.close();
      void lost();
    };
    later(SILENCE, open);
  };

  const well = () => {
    failures = 0;
    if (lostAt) hooks.connection("");
    lostAt = 0;
    if (!closed) later(SILENCE, open);
  };

  /** Whether the run is there at all is asked before the stream is opened again. */
  const lost = async () => {
    clearTimeout(timer);
    const answer = await ask("GET", `/api/submissions/${id}`);
    if (closed) return;
    if (!answer.ok && answer.status === 404) {
      hooks.gone(phrase("js-live-gone"));
      return;
    }
    // A server that stops ends its streams; one that answers at once was only short of breath.
    if (!answer.ok || failures > 0) {
      lostAt ||= Date.now();
      const said = [phrase("js-live-lost", { since: clock(lostAt) }), answer.ok ? "" : answer.text, phrase("js-live-not-lost")];
      hooks.connection(said.filter(Boolean).join(" "));
    }
    failures++;
    later(Math.min(REST * failures, MOST_REST), open);
  };

  addEventListener("online", open);
  open();
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      removeEventListener("online", open);
      source?.close();
    },
  };
}
