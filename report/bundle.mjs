// usage: node bundle.mjs OUTPUT
// Makes one HTML file of page.html, style.css, main.js and all that main.js imports. It ends in the middle: `sow
// report` writes the data behind it, and closes the element and the page.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build, transform } from "esbuild";

const [output] = process.argv.slice(2);

const { outputFiles, metafile } = await build({
  entryPoints: ["main.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none", // all licences are on the page, in full
  metafile: true,
  write: false,
  logLevel: "warning",
});

/** The folder of the package that a bundled file belongs to, or undefined for our own files. */
function packageOf(file) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${folder} has no licence file, so it cannot be bundled`);
  return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
}

const [bundle] = Object.values(metafile.outputs);
const packages = new Set(
  Object.entries(bundle.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => packageOf(file))
    .filter(Boolean),
);
const licences = [...packages].sort().map(licenceOf).join("\n----\n\n");

const escape = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const style = await transform(readFileSync("style.css", "utf8"), { loader: "css", minify: true });
const parts = {
  style: style.code,
  script: outputFiles[0].text.replaceAll("</script", "<\\/script"),
  licences: escape(licences),
};
const page = readFileSync("page.html", "utf8").replace(/<!-- (style|script|licences) -->/g, (_, part) => parts[part]);
writeFileSync(output, page.trimEnd());
