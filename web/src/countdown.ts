// The clock of a question in words. It counts what the server said, by a clock that only goes forward.

/** `2:40 left`, `0:45 over`; whole seconds. */
export function left(elapsed: number, limit: number): string {
  const rest = Math.abs(limit - elapsed);
  const text = `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
  return `${text} ${elapsed > limit ? "over" : "left"}`;
}

const FIVE = 300;

/** What is said aloud of a clock of `limit` seconds that went from `before` to `now`; most seconds say nothing. */
export function announcement(before: number, now: number, limit: number): string | undefined {
  const passed = (at: number) => before < at && at <= now;
  if (passed(limit + 1)) return "The time is over. Go on as long as you like.";
  if (limit > FIVE && passed(limit - FIVE)) return "5 minutes left.";
  const half = Math.ceil(limit / 2);
  if (passed(half)) return `Half of the time is over: ${left(half, limit)}.`;
  return undefined;
}
