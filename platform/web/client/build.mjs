// Bundles the browser's part into ../static/dist: one script and style sheet per folder here that has an
// index.ts, and a sprite of the icons that templates name. manifest.json leads from names to hashed files.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import esbuild from "esbuild";
import { plainColours } from "./colours.mjs";

const client = dirname(fileURLToPath(import.meta.url));
const web = dirname(client);
const dist = join(web, "static", "dist");
const icons = join(web, "..", "..", "node_modules", "@tabler", "icons", "icons", "outline");

const plain = {
  name: "plain-colours",
  setup(build) {
    const ours = readFileSync(join(client, "base", "frame.css"), "utf8");
    build.onLoad({ filter: /tabler(\.min)?\.css$/ }, ({ path }) => ({
      contents: plainColours(readFileSync(path, "utf8"), ours),
      loader: "css",
    }));
  },
};
const pages = readdirSync(client).filter((name) => existsSync(join(client, name, "index.ts")));
const { metafile, outputFiles } = await esbuild.build({
  entryPoints: Object.fromEntries(pages.map((page) => [page, join(client, page, "index.ts")])),
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  outdir: dist,
  bundle: true,
  minify: true,
  metafile: true,
  write: false,
  format: "esm",
  target: "chrome109",
  plugins: [plain],
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

const sprite = Buffer.from(drawSprite());
const hash = createHash("sha256").update(sprite).digest("hex").slice(0, 8);
manifest["icons.svg"] = `icons-${hash}.svg`;

const made = new Map(outputFiles.map((file) => [basename(file.path), file.contents]));
made.set(manifest["icons.svg"], sprite);
for (const [name, bytes] of [...made]) {
  if (name.endsWith(".woff2")) continue;
  made.set(`${name}.gz`, gzipSync(bytes, { level: 9 }));
  made.set(`${name}.br`, brotliCompressSync(bytes));
}
mkdirSync(dist, { recursive: true });
for (const [name, bytes] of made) {
  // a file that is there is the same: a server that runs may be reading it
  if (!existsSync(join(dist, name))) writeFileSync(join(dist, name), bytes);
}
writeFileSync(join(dist, "manifest.new"), JSON.stringify(manifest, null, 1));
renameSync(join(dist, "manifest.new"), join(dist, "manifest.json"));
for (const name of readdirSync(dist)) {
  if (name !== "manifest.json" && !made.has(name)) rmSync(join(dist, name));
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
