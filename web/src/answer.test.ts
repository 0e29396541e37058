import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerKeeper } from "./answer";

interface Row {
  revision: number;
  text: string;
}

/** A server with the answers of one visitor, in place of `fetch`. */
function server(answers: Map<string, Row>, open: { id?: string }) {
  const asked: string[] = [];
  const body = (id: string) => ({ id, ...answers.get(id)!, started_ms: null, done_ms: null, now_ms: 1, saved_ms: 2 });
  const problem = (status: number, kind: string) => Response.json({ type: `urn:assay:problem:${kind}`, detail: kind }, { status });
  globalThis.fetch = async (at, init) => {
    const path = String(at);
    const method = init?.method ?? "GET";
    asked.push(`${method} ${path}`);
    if (method === "POST") {
      open.id ??= `a${answers.size + 1}`;
      if (!answers.has(open.id)) answers.set(open.id, { revision: 0, text: "" });
      return Response.json(body(open.id));
    }
    const id = path.split("/").at(-1)!;
    const row = answers.get(id);
    if (!row) return problem(404, "unknown-answer");
    if (method === "GET") return Response.json(body(id));
    const { from, text } = JSON.parse(String(init?.body)) as { from: number; text: string };
    if (from !== row.revision) return problem(409, "answer-behind");
    answers.set(id, { revision: row.revision + 1, text });
    return Response.json({ revision: row.revision + 1, saved_ms: 2 });
  };
  return asked;
}

test("the first save begins the answer, and what the server has is not sent again", async () => {
  const asked = server(new Map(), {});
  const keeper = new AnswerKeeper("q", "", 0, "");
  assert.deepEqual(await keeper.save(() => "one"), { is: "saved", at: 2 });
  await keeper.save(() => "one");
  await keeper.save(() => "two");
  assert.deepEqual(asked, ["POST /api/questions/q/answers", "PUT /api/answers/a1", "PUT /api/answers/a1"]);
  assert.deepEqual([keeper.id, keeper.from, keeper.base], ["a1", 2, "two"]);
});

test("saves wait for each other and take the text as it is then", async () => {
  server(new Map(), {});
  const keeper = new AnswerKeeper("q", "", 0, "");
  let text = "a";
  const all = ["b", "c"].map((next) => {
    const saving = keeper.save(() => text);
    text = next;
    return saving;
  });
  assert.deepEqual((await Promise.all(all)).map((o) => o.is), ["saved", "saved"]);
  assert.deepEqual([keeper.from, keeper.base], [1, "c"], "the second had nothing left to do");
});

test("what another window saved is given back, and nothing is overwritten", async () => {
  const answers = new Map([["a1", { revision: 3, text: "theirs" }]]);
  server(answers, { id: "a1" });
  for (const [id, from] of [["a1", 2], ["", 0]] as const) {
    const outcome = await new AnswerKeeper("q", id, from, "old").save(() => "mine");
    assert.ok(outcome.is === "behind" && outcome.theirs.text === "theirs" && outcome.theirs.revision === 3);
  }
  assert.equal(answers.get("a1")?.text, "theirs");
});

test("an answer that nobody knows any more begins anew", async () => {
  const answers = new Map<string, Row>();
  server(answers, {});
  const keeper = new AnswerKeeper("q", "gone", 4, "old");
  assert.equal((await keeper.save(() => "mine")).is, "saved");
  assert.deepEqual(answers.get(keeper.id), { revision: 1, text: "mine" });
});

test("a server that is away is told from one that refuses", async () => {
  const keeper = new AnswerKeeper("q", "a1", 0, "");
  const says = (answer: () => Response) => {
    globalThis.fetch = async () => answer();
    return keeper.save(() => "x");
  };
  assert.deepEqual(await says(() => new Response("", { status: 503, headers: { "retry-after": "7" } })), { is: "away", after: 7 });
  assert.deepEqual(await says(() => { throw new TypeError("failed to fetch"); }), { is: "away", after: 2 });
  assert.deepEqual(await says(() => Response.json({ detail: "Too long." }, { status: 413 })), { is: "refused", why: "Too long." });
  assert.equal(keeper.base, "", "nothing counts as saved");
});
