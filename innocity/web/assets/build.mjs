// Bundles the chart library with our drawing code into dist/charts.js, and packs it once more with gzip.
import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

await build({
  entryPoints: ["charts.js"], outfile: "dist/charts.js", bundle: true, minify: true, format: "iife",
  target: ["chrome90", "firefox90", "safari14"], legalComments: "eof", logLevel: "warning",
});
writeFileSync("dist/charts.js.gz", gzipSync(readFileSync("dist/charts.js"), { level: 9 }));
