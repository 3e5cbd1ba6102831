// Makes dist/report.html of src/: node build.mjs; with --check, says whether the committed file is what src/ gives.
import {createHash} from "node:crypto";
import {readFileSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {build, transform} from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const read = (name) => readFileSync(join(here, name), "utf8");
const target = ["chrome111", "firefox113", "safari16.4"];
const sha256 = (text) => createHash("sha256").update(text, "utf8").digest("base64");

const bundled = await build({
  entryPoints: [join(here, "src/main.js")], bundle: true, minify: true, format: "iife", write: false, target,
  legalComments: "none", charset: "utf8", logLevel: "warning",
});
// A "</script" or "<!--" in a string of the bundle would end it.
const script = bundled.outputFiles[0].text.trim().replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "<\\!--");
const style = (await transform(read("src/style.css"), {loader: "css", minify: true, target})).code.trim();
const fill = (page, mark, text) => page.split(mark).join(text);
let page = read("src/page.html");
page = fill(page, "SCRIPT_HASH", sha256(script));
page = fill(page, "STYLE_HASH", sha256(style));
page = fill(page, "<style>STYLE</style>", `<style>${style}</style>`);
page = fill(page, "<script>SCRIPT</script>", `<script>${script}</script>`);

const packages = ["d3-color", "d3-dispatch", "d3-drag", "d3-ease", "d3-hierarchy", "d3-interpolate", "d3-quadtree",
  "d3-selection", "d3-timer", "d3-transition", "d3-zoom"];
const licences = packages.map((name) => {
  const version = JSON.parse(read(`node_modules/${name}/package.json`)).version;
  return `${name} ${version}\n\n${read(`node_modules/${name}/LICENSE`).trim()}\n`;
}).join("\n----\n\n");

const outputs = {"dist/report.html": page, "dist/LICENSES.txt": licences};
let differs = false;
for (const [name, text] of Object.entries(outputs)) {
  if (!process.argv.includes("--check")) {
    writeFileSync(join(here, name), text);
  } else if (read(name) !== text) {
    console.error(`${name}: not what src/ gives; run: npm ci && npm run build`);
    differs = true;
  }
}
process.exit(differs ? 1 : 0);
