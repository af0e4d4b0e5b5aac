// usage: node report_page.mjs BROWSER FOLDER
// Opens the pages that report_page.sh made, as a reader would, and says what does not hold.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [executablePath, folder] = process.argv.slice(2);
let failed = 0;
let passed = 0;

function check(what, holds, got = "") {
  if (holds) passed++;
  else failed++;
  if (!holds) console.log(`FAILED: ${what} ${JSON.stringify(got)}`);
}

const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

/** Opens a page and hands it to `test`; whatever the page logs, throws or asks the network for is a failure. */
async function visit(name, scheme, test) {
  const page = await browser.newPage();
  const url = pathToFileURL(resolve(folder, name)).href;
  const trouble = [];
  page.on("console", (message) => trouble.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => dialog.dismiss().then(() => trouble.push("a dialog")));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) trouble.push(`request: ${request.url()}`);
  });
  await page.setViewport({ width: 1200, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url);
  await page.waitForSelector("#tensors");
  await test(page);
  check(`${name} in ${scheme} is quiet`, trouble.length === 0, trouble);
  await page.close();
}

const text = (page, selector) => page.$eval(selector, (node) => node.textContent);
const count = (page, selector) => page.$$eval(selector, (nodes) => nodes.filter((node) => node.checkVisibility()).length);
const drawn = (page, selector) => page.waitForSelector(`${selector}[data-drawn] svg`);

/** The middle of an element, scrolled into view. */
async function middle(page, selector, index = 0) {
  const handle = (await page.$$(selector))[index];
  await handle.scrollIntoView();
  const box = await handle.boundingBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

async function tooltip(page, selector, index) {
  await page.mouse.move(0, 0);
  await page.mouse.move(...(await middle(page, selector, index)));
  await page.waitForSelector("#vg-tooltip-element.visible");
  return text(page, "#vg-tooltip-element");
}

for (const scheme of ["light", "dark"])
  await visit("deep.html", scheme, async (page) => {
    check("it says that all is equal", (await text(page, "#warnings .good")).includes("All 28 tensors equal"), await text(page, "#warnings"));
    check("nothing is wrong", (await count(page, "#warnings .bad")) === 0);
    for (const chart of ["#gain", "#signal"]) await drawn(page, chart);
    check("every layer has a point in three series", (await count(page, "#gain .mark-symbol.role-mark path")) === 3 * 16, await count(page, "#gain .mark-symbol.role-mark path"));
    check("the first is said not to train", /before\.safetensors: .*hardly trains/.test(await text(page, "#depth b.before")), await text(page, "#depth b.before"));
    check("the second is not", /usually copes/.test(await text(page, "#depth b.now")), await text(page, "#depth b.now"));
    const shown = await tooltip(page, "#gain .mark-symbol.role-mark path", 0);
    check("a point tells its tensor", shown.includes("layers0") && shown.includes("64"), shown);
    const ink = await page.$eval("#gain .role-axis-label text", (node) => node.getAttribute("fill"));
    const back = await page.$eval("body", (node) => getComputedStyle(node).backgroundColor);
    check("the colours are those of the scheme", scheme === "dark" ? back === "rgb(15, 18, 22)" && ink === "#98a2ae" : back === "rgb(246, 247, 249)" && ink === "#6a737d", [back, ink]);
  });

await visit("deep.html", "light", async (page) => {
  await drawn(page, "#gain");
  for (const [choice, back] of [["light", "rgb(246, 247, 249)"], ["dark", "rgb(15, 18, 22)"]]) {
    await page.click("#theme");
    check(`the button sets ${choice}`, (await page.$eval("body", (node) => getComputedStyle(node).backgroundColor)) === back);
  }
  await page.waitForFunction(() => document.querySelector("#gain .role-axis-label text")?.getAttribute("fill") === "#98a2ae");
  check("charts follow", true);

  const row = "#tensors tbody tr";
  const folded = await count(page, row);
  await page.click("#tensors .fold[aria-expanded=false]");
  check("a row unfolds to its 4 members", (await count(page, row)) === folded + 4, [folded, await count(page, row)]);
  await page.click("#tensors .fold[aria-expanded=true]");
  check("and folds again", (await count(page, row)) === folded);
  await page.click("#unfold");
  check("all unfold", (await count(page, row)) === 28 + 1, await count(page, row));
  await page.click("#fold");
  check("and fold", (await count(page, row)) === folded);

  const cards = await count(page, "#spread .card");
  await page.click("#spread .fold");
  check("a card unfolds to its members", (await count(page, "#spread .card")) === cards + 4);
  await page.type("#filter", "layers3 bias");
  check("the filter leaves one row", (await count(page, row)) === 1, await count(page, row));
  check("and one card", (await count(page, "#spread .card")) === 1);
  await drawn(page, "#spread .cards:not([hidden]) .histogram");
  const bar = await tooltip(page, "#spread .cards:not([hidden]) .mark-rect path", 5);
  check("a bar tells its share", bar.includes("share"), bar);
});

await visit("damaged.html", "light", async (page) => {
  const warning = await text(page, "#warnings .bad");
  check("a changed value is a warning", /1 tensor is not what the recipe makes/.test(warning) && /1 of 4096 elements differ/.test(warning), warning);
});

const boxes = (page, selector) => page.$$eval(selector, (nodes) => nodes.map((node) => (({ left, right, top, bottom }) => ({ left, right, top, bottom }))(node.getBoundingClientRect())));

await visit("long.html", "light", async (page) => {
  for (const chart of ["#gain", "#signal"]) await drawn(page, chart);
  const axes = await Promise.all(["#gain", "#signal"].map((chart) => page.$$eval(`${chart} .mark-group.role-axis`, (nodes) => nodes.map((node) => node.getAttribute("aria-label")).find((label) => label?.startsWith("X-axis")))));
  check("both charts count to the last layer", axes[0] === axes[1] && /900/.test(axes[0]), axes);
  const labels = await boxes(page, "#gain .mark-text.role-mark text");
  check("the labels of the lines are apart", labels.length === 2 && (labels[0].bottom <= labels[1].top || labels[1].bottom <= labels[0].top), labels);
  check("it says where a line leaves the picture", /leaves the picture at layer \d\d?, below 1e-20/.test(await text(page, "#depth b.now")), await text(page, "#depth b.now"));
  const back = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent).layers.map(({ signal }) => signal).slice(570, 630));
  check("a signal that has left a double's range can come back", Math.max(...back) > 1e-20, back);
  check("above too", /More than 1e20 of it is left.*leaves the picture at layer \d+, above 1e20/.test(await text(page, "#depth b.before")), await text(page, "#depth b.before"));
});

for (const [name, why] of [["stranger.html", "No tensor of this file has the name and the shape of one of stranger.txt"], ["vector.html", "that both this file and vector.txt have, none"]])
  await visit(name, "light", async (page) => {
    check(`${name} says why it has no layers`, (await text(page, "#depth")).includes(why), await text(page, "#depth"));
    check(`${name} is not the recipe's model`, (await text(page, "#warnings .bad")).includes(`${name.replace("html", "txt")} is not the model that the recipe names`), await text(page, "#warnings"));
    check(`in ${name} all is not well`, (await count(page, "#warnings .good")) === 0 && /are not what the recipe makes/.test(await text(page, "#warnings")), await text(page, "#warnings"));
  });

await visit("wide.html", "light", async (page) => {
  check("a thousand rows", (await count(page, "#tensors tbody tr")) === 1000);
  await drawn(page, "#gain");
  check("what is out of sight is not drawn", (await count(page, "[data-drawn]")) < 100, await count(page, "[data-drawn]"));
  check("it says what it lacks", (await text(page, "#warnings .note")).includes("Without the model"));
  await page.type("#filter", "part777.");
  check("the filter finds one of them", (await count(page, "#tensors tbody tr")) === 1);
  await page.waitForFunction(() => document.querySelector("#spread .cards:not([hidden]) [data-drawn]"));
  check("which is drawn", true);
});

for (const [name, ordered] of [["wide.html", false], ["named.html", false], ["listed.html", true]])
  await visit(name, "light", async (page) => {
    const said = await text(page, "#depth");
    check(`${name} judges only an order that is known`, /hardly trains|usually copes/.test(said) === ordered && said.includes("would be left") !== ordered, said);
    await drawn(page, "#gain");
    check(`${name} names its axis so`, (await text(page, "#gain svg")).includes(ordered ? "layer, by depth" : "layer, by name"));
    check(`${name} says what it supposes`, said.includes("order of their names") !== ordered, said);
  });

for (const name of ["odd.html", "bytes.html"])
  await visit(name, "light", async (page) => {
    const names = await page.$$eval("#tensors tbody tr td:first-child code", (nodes) => nodes.map((node) => node.textContent));
    check("names are text", names.includes("</script><script>window.hacked=1</script>") && names.includes("<!--") && names.includes(`"><img/src=x/onerror="window.hacked=1">`), names);
    await drawn(page, "#gain");
    await tooltip(page, "#gain .mark-symbol.role-mark path", 0);
    check("and stay so", await page.evaluate(() => window.hacked === undefined && document.images.length === 0));
    check("the page ends where it should", readFileSync(resolve(folder, name), "utf8").trimEnd().endsWith("</html>"));
    check("the title is the path", (await page.title()).includes(name === "odd.html" ? "</script><b>.safetensors" : "\uFFFD/odd.safetensors"), await page.title());
  });

await visit("unversioned.html", "light", async (page) => {
  const about = await text(page, ".about");
  check("a recipe without a version is one", about.includes("made by a sow that the recipe does not name · seed 0") && !about.includes("no recipe"), about);
});

await visit("bare.html", "light", async (page) => {
  const about = await text(page, ".about");
  check("without a recipe no seed is shown", about.includes("no recipe in the file") && !about.includes("seed"), about);
  check("and the page says that none is known", (await text(page, "#warnings .note")).includes("No seed is known"));
});

await visit("broken.html", "light", async (page) => {
  check("NaN is a warning", (await text(page, "#warnings .bad")).includes("holds 4 NaN and 0 Inf"));
  check("a type that is not read is named", (await text(page, "#warnings .note")).includes("C64"));
  check("there is nothing to draw", (await text(page, "#gain")).includes("no finite number") && (await count(page, "#spread svg")) === 0);
});

await visit("ends.html", "light", async (page) => {
  check("there is a row for each", (await count(page, "#tensors tbody tr")) === 4);
  for (const node of await page.$$("#spread .histogram")) await node.scrollIntoView();
  await page.waitForFunction(() => document.querySelectorAll("#spread .histogram:not([data-drawn])").length <= 1); // the constant's is folded away
  check("what no scale can hold is said", (await page.$$eval("#spread .empty", (nodes) => nodes.map((node) => node.textContent))).join().includes("to 9.99e-311, which cannot be drawn"), await text(page, "#spread"));
  await drawn(page, "#gain");
});

await browser.close();
console.log(`report_page: ${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
