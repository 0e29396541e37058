// One way to ask our own server: what it answered, or why it did not, as data.
import { phrase } from "./words";

/** What the server said instead of doing it, in its own words where it had some. */
export interface Refusal {
  /** 0 when nothing came back. */
  status: number;
  /** The problem's stable name, e.g. `queue-full`; empty when there is none. */
  kind: string;
  text: string;
  /** Seconds after which the same request may work; none when it never will. */
  again: number | undefined;
  /** Members of the problem document. */
  members: Record<string, unknown>;
}

export type Answer = { ok: true; body: unknown } | ({ ok: false } & Refusal);

/** How long an answer may take before the server counts as gone, milliseconds. */
const PATIENCE = 15_000;
/** Rest after nothing came back, seconds. */
const REST = 3;

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null;

/** `Retry-After` as seconds; a date is never sent by us, but by proxies. */
export function seconds(header: string | null, now: number): number | undefined {
  if (!header) return undefined;
  const n = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(n) ? Math.min(Math.max(Math.ceil(n), 1), 3600) : undefined;
}

/** Sends JSON and reads JSON. Never throws. */
export async function ask(method: string, url: string, body?: unknown, more: { headers?: Record<string, string>; keepalive?: boolean } = {}): Promise<Answer> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      method,
      headers: body === undefined ? { ...more.headers } : { "content-type": "application/json", ...more.headers },
      body: body === undefined ? null : JSON.stringify(body),
      keepalive: more.keepalive ?? false,
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    const text = navigator.onLine ? phrase("js-live-unreachable") : phrase("js-live-offline");
    return { ok: false, status: 0, kind: "", text, again: REST, members: {} };
  }
  const json: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return { ok: true, body: json };
  const members = isObject(json) ? json : {};
  const word = (name: string) => (typeof members[name] === "string" ? members[name] : "");
  const passing = answer.status >= 500 || answer.status === 429 || answer.status === 408;
  const after = seconds(answer.headers.get("retry-after"), Date.now());
  return {
    ok: false,
    status: answer.status,
    kind: word("type").replace("urn:assay:problem:", ""),
    text: [word("title"), word("detail")].filter(Boolean).join(". ") || phrase("js-live-status", { status: answer.status }),
    again: after ?? (passing ? REST : undefined),
    members,
  };
}
