// What the scripts of a page weigh, as they go over the wire.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdir, readFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { before, after, test } from "node:test";
import { gzipSync } from "node:zlib";

/** Scripts that every page has. */
const EVERYWHERE = ["theme.js", "site.js"];
const KB = 1024;

let folder;
const weights = {};
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "assay-weight-"));
  execFileSync(process.execPath, ["build.mjs", "--out", folder], { cwd: import.meta.dirname, stdio: "inherit" });
  for (const name of await readdir(folder)) if (name.endsWith(".js")) weights[name] = gzipSync(await readFile(path.join(folder, name))).length;
});
after(() => rm(folder, { recursive: true, force: true }));

/** Bytes of a page that has `own` besides what all have. */
const page = (own) => [...new Set([...EVERYWHERE, own])].reduce((sum, name) => sum + weights[name], 0);

test("the workbench stays under 190 KB of scripts", (t) => {
  const bytes = page("workbench.js");
  t.diagnostic(`workbench: ${(bytes / KB).toFixed(1)} KB gzip`);
  assert.ok(bytes <= 190 * KB, `${bytes} bytes`);
});

test("every other page stays under 20 KB of scripts", (t) => {
  const others = Object.keys(weights).filter((name) => name !== "workbench.js");
  assert.ok(others.includes("site.js"));
  for (const own of others) {
    const bytes = page(own);
    t.diagnostic(`${own}: ${(bytes / KB).toFixed(1)} KB gzip`);
    assert.ok(bytes <= 20 * KB, `a page with ${own}: ${bytes} bytes`);
  }
});
