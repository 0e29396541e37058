// Bundles the page's scripts and styles into dist/, which assay-web embeds, or into the folder after `--out`. `--tests` bundles the unit
// tests instead.
import { build } from "esbuild";
import { copyFile, mkdir, readdir } from "node:fs/promises";

// The versions that first understand `light-dark()`, which the colour tokens are made of.
const target = ["es2022", "chrome123", "firefox121", "safari17.5"];
const out = process.argv.indexOf("--out");
const dist = out < 0 ? "dist" : process.argv[out + 1];
const common = { bundle: true, target, logLevel: "warning", legalComments: "none" };

if (process.argv.includes("--tests")) {
  const tests = (await readdir("src")).filter((f) => f.endsWith(".test.ts")).map((f) => `src/${f}`);
  await build({ ...common, entryPoints: tests, target: "node20", platform: "node", format: "esm", outdir: "node_modules/.tests", outExtension: { ".js": ".mjs" } });
} else {
  await mkdir(dist, { recursive: true });
  await Promise.all([
    copyFile("icon.svg", `${dist}/icon.svg`),
    build({
      ...common,
      // Runs before the first paint, so it is a plain script of its own and tiny.
      entryPoints: ["src/theme.ts"],
      format: "iife",
      minify: true,
      outdir: dist,
    }),
    build({
      ...common,
      entryPoints: ["site", "workbench", "run", "question", "again", "playback", "timeline"].map((name) => `src/${name}.ts`),
      format: "esm",
      minify: true,
      outdir: dist,
    }),
    build({ ...common, entryPoints: ["style/assay.css", "style/timeline.css"], minify: true, outdir: dist }),
  ]);
}
