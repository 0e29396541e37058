// The clock of a question in words. It counts what the server said, by a clock that only goes forward.
import { phrase } from "./words";

/** `2:40 left`, `0:45 over`; whole seconds. */
export function left(elapsed: number, limit: number): string {
  const rest = Math.abs(limit - elapsed);
  const time = `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
  return elapsed > limit ? phrase("js-question-over", { time }) : phrase("js-question-left", { time });
}

const FIVE = 300;

/** What is said aloud of a clock of `limit` seconds that went from `before` to `now`; most seconds say nothing. */
export function announcement(before: number, now: number, limit: number): string | undefined {
  const passed = (at: number) => before < at && at <= now;
  if (passed(limit + 1)) return phrase("js-question-time-over");
  if (limit > FIVE && passed(limit - FIVE)) return phrase("js-question-five-minutes");
  const half = Math.ceil(limit / 2);
  if (passed(half)) return phrase("js-question-half", { left: left(half, limit) });
  return undefined;
}
