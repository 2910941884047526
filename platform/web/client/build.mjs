// Bundles the browser's part into ../static/dist: one script and style sheet per folder here that has an
// index.ts, and a sprite of the icons that templates name. manifest.json leads from names to hashed files.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import esbuild from "esbuild";

const client = dirname(fileURLToPath(import.meta.url));
const web = dirname(client);
const dist = join(web, "static", "dist");
const icons = join(web, "..", "..", "node_modules", "@tabler", "icons", "icons", "outline");

const pages = readdirSync(client).filter((name) => existsSync(join(client, name, "index.ts")));
const { metafile } = await esbuild.build({
  entryPoints: Object.fromEntries(pages.map((page) => [page, join(client, page, "index.ts")])),
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  outdir: dist,
  bundle: true,
  minify: true,
  metafile: true,
  format: "esm",
  target: "chrome109",
  legalComments: "none",
  loader: { ".woff2": "file", ".woff": "empty" },
  logLevel: "warning",
});

const manifest = {};
for (const [path, output] of Object.entries(metafile.outputs)) {
  if (!output.entryPoint) continue;
  const page = basename(dirname(output.entryPoint));
  manifest[`${page}.js`] = basename(path);
  if (output.cssBundle) manifest[`${page}.css`] = basename(output.cssBundle);
}

const sprite = drawSprite();
manifest["icons.svg"] = `icons-${createHash("sha256").update(sprite).digest("hex").slice(0, 8)}.svg`;
writeFileSync(join(dist, manifest["icons.svg"]), sprite);

const made = new Set([...Object.keys(metafile.outputs).map((path) => basename(path)), manifest["icons.svg"]]);
for (const name of made) {
  if (name.endsWith(".woff2")) continue;
  const bytes = readFileSync(join(dist, name));
  writeFileSync(join(dist, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  writeFileSync(join(dist, `${name}.br`), brotliCompressSync(bytes));
}
writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1));
for (const name of readdirSync(dist)) {
  if (name !== "manifest.json" && !made.has(name.replace(/\.(gz|br)$/, ""))) rmSync(join(dist, name));
}

function drawSprite() {
  const named = new Set();
  for (const file of readdirSync(join(web, "templates"), { recursive: true })) {
    if (!file.endsWith(".html")) continue;
    const text = readFileSync(join(web, "templates", file), "utf8");
    for (const [, name] of text.matchAll(/\bicon\(["']([a-z0-9-]+)["']/g)) named.add(name);
  }
  const symbols = [...named].sort().map((name) => {
    const svg = readFileSync(join(icons, `${name}.svg`), "utf8").replace(/<!--[\s\S]*?-->/, "");
    const [, drawing] = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/);
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s+/g, " ").trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
