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
async function visit(name, scheme, test, { width = 1200, hash = "" } = {}) {
  const page = await browser.newPage();
  const url = pathToFileURL(resolve(folder, name)).href;
  const address = (text) => text.replace(/#.*/, "");
  const trouble = [];
  page.on("console", (message) => trouble.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => dialog.dismiss().then(() => trouble.push("a dialog")));
  page.on("request", (request) => {
    if (address(request.url()) !== url && !request.url().startsWith("data:")) trouble.push(`request: ${request.url()}`);
  });
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url + hash);
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
    check("it says that all is equal", (await text(page, "#warnings .good")).includes("All 28 tensors of the file equal"), await text(page, "#warnings"));
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
  await page.click("#tensors table .fold[aria-expanded=false]");
  check("a row unfolds to its 4 members", (await count(page, row)) === folded + 4, [folded, await count(page, row)]);
  await page.click("#tensors table .fold[aria-expanded=true]");
  check("and folds again", (await count(page, row)) === folded);
  await page.click("#unfold");
  check("all unfold", (await count(page, row)) === 28 + 1, await count(page, row));
  await page.click("#fold");
  check("and fold", (await count(page, row)) === folded);

  await page.click("#all-cards");
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
  check("the first rows of a thousand", (await count(page, "#tensors tbody tr")) === 40, await count(page, "#tensors tbody tr"));
  await page.click("#all-rows");
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
    const names = await page.$$eval("#tensors tbody tr th:first-child code", (nodes) => nodes.map((node) => node.textContent));
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

// ---- what the program said ----

await visit("warned.html", "light", async (page) => {
  const data = await page.evaluate(() => JSON.parse(document.getElementById("data").textContent));
  const shown = await page.$$eval("#warnings .bad li", (nodes) => nodes.map((node) => node.textContent));
  check("the program warns", data.warnings.length > 0, data.warnings);
  check("its warnings stand on the page", data.warnings.every(({ text: said }) => shown.includes(said)), [shown, data.warnings]);
  check("they are counted at the top", (await text(page, ".tiles")).includes(`${data.warnings.length} warning`), await text(page, ".tiles"));
});

// ---- two thousand tensors ----

const screens = (page) => page.evaluate(() => document.documentElement.scrollHeight / innerHeight);
const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
const state = (page) => page.evaluate(() => location.hash);
const overlaps = (page, selector) => page.$eval(selector, (node) => node.querySelector("svg").getBoundingClientRect().width <= node.getBoundingClientRect().width + 1);

for (const scheme of ["light", "dark"])
  for (const width of [390, 1280])
    await visit(
      "many.html",
      scheme,
      async (page) => {
        for (const chart of ["#gain", "#signal", "#std"]) {
          await page.$eval(chart, (node) => node.scrollIntoView());
          await drawn(page, chart);
        }
        check(`at ${width} in ${scheme} it is shorter than ten screens`, (await screens(page)) < 10, await screens(page));
        check(`at ${width} in ${scheme} nothing but tables is wider than the window`, await wide(page));
        for (const other of [width === 390 ? 1280 : 390, 700]) {
          await page.setViewport({ width: other, height: 900 });
          await page.waitForFunction(() => [...document.querySelectorAll(".chart[data-drawn]")].every((node) => Math.abs(node.querySelector("svg").getBoundingClientRect().width - node.getBoundingClientRect().width) < 40));
          for (const chart of ["#gain", "#signal", "#std"]) check(`from ${width} to ${other} ${chart} follows the window`, await overlaps(page, chart));
          check(`resized from ${width} to ${other} nothing is too wide`, await wide(page));
        }
      },
      { width },
    );

await visit("many.html", "light", async (page) => {
  const rules = await page.$$eval("#rules tbody tr", (nodes) => nodes.map((node) => node.textContent));
  check("calls that differ in numbers share a row", rules.length === 4, rules);
  check("with the ranges of their bounds", rules.some((row) => /uniform_\(a=-0\.5 … -0\.0\d+, b=0\.0\d+ … 0\.5\)/.test(row)), rules);

  // Titles sort, and the address says so.
  const column = (index) => page.$$eval("#tensors tbody tr", (nodes, at) => nodes.map((node) => node.children[at].textContent), index);
  await page.evaluate(() => [...document.querySelectorAll("#tensors thead button")].find((node) => node.textContent === "std").click());
  const largest = (await column(5)).map(Number);
  check("the largest deviations come first", largest.every((value, i) => i === 0 || largest[i - 1] >= value) && largest[0] > 0.2, largest);
  check("the title says it", (await page.$eval('#tensors th[aria-sort="descending"]', (node) => node.textContent)) === "std");
  check("so does the address", (await state(page)).includes("sort=-std"), await state(page));
  await page.evaluate(() => [...document.querySelectorAll("#tensors thead button")].find((node) => node.textContent === "std").click());
  const smallest = (await column(5)).map(Number);
  check("then the smallest", smallest.every((value, i) => i === 0 || smallest[i - 1] <= value) && smallest[0] < 0.1, smallest);
  await page.evaluate(() => [...document.querySelectorAll("#tensors thead button")].find((node) => node.textContent === "std").click());
  check("then the model's order", (await state(page)) === "#" || !(await state(page)).includes("sort"), await state(page));

  // The tree of modules.
  check("the tree has the modules", (await count(page, "#modules > ul > li")) === 250, await count(page, "#modules > ul > li"));
  await page.evaluate(() => [...document.querySelectorAll("#modules .module")].find((node) => node.title === "stage7").click());
  check("a module leaves its tensors", (await column(0)).every((name) => name.includes("stage7.")), await column(0));
  check("and is pressed", (await page.$eval('#modules [aria-pressed="true"]', (node) => node.title)) === "stage7");
  await page.evaluate(() => document.querySelector('#modules [aria-pressed="true"]').parentElement.querySelector(".fold").click());
  await page.evaluate(() => [...document.querySelectorAll("#modules .module")].find((node) => node.title === "stage7.fc0").click());
  check("so does one within", (await column(0)).length === 2, await column(0));
  check("the cards follow", (await count(page, "#spread .card")) === 2, await count(page, "#spread .card"));
  await page.click("#clear");
  check("and it can be left", (await column(0)).length === 40);

  // From a point to its tensor.
  await drawn(page, "#gain");
  const [x, y] = await middle(page, "#gain .mark-symbol.role-mark path", 300);
  await page.mouse.click(x, y);
  await page.waitForSelector("#tensors .chosen");
  const chosen = await text(page, "#tensors .chosen th");
  check("a click on a point shows its tensor", /^stage\d+\.(conv|fc)[01]\.weight$/.test(chosen), chosen);
  check("in the window", await page.$eval("#tensors .chosen", (node) => ((box) => box.top >= 0 && box.bottom <= innerHeight)(node.getBoundingClientRect())));
  check("and in the address", (await state(page)).includes(`tensor=${chosen}`), await state(page));
});

await visit(
  "many.html",
  "dark",
  async (page) => {
    check("an address opens what it says", (await text(page, "#tensors .chosen th")) === "stage200.fc1.bias");
    const rows = await page.$$eval("#tensors tbody tr th", (nodes) => nodes.map((node) => node.textContent));
    check("with its filter", (await page.$eval("#filter", (node) => node.value)) === "bias" && rows.every((name) => name.includes("bias")), rows);
    check("and its colours", (await page.$eval("body", (node) => getComputedStyle(node).backgroundColor)) === "rgb(246, 247, 249)");
    await page.evaluate(() => (location.hash = "#tensor=stage3.conv0.weight"));
    await page.waitForFunction(() => document.querySelector("#tensors .chosen th")?.textContent === "stage3.conv0.weight");
    check("another address too", (await page.$eval("#filter", (node) => node.value)) === "");
    await page.evaluate(() => (location.hash = "#q=%22%3E%3Cimg%20src=x%20onerror=1%3E&module=%3Cb%3E&sort=-constructor&tensor=no&theme=odd"));
    await page.waitForFunction(() => document.querySelectorAll("#tensors tbody").length === 0);
    check("a strange one is only text", await page.evaluate(() => document.images.length === 0));
  },
  { hash: "#q=bias&tensor=stage200.fc1.bias&theme=light" },
);

await visit(
  "many.html",
  "light",
  async (page) => {
    const before = await page.$eval("#tensors tbody th", (node) => node.getBoundingClientRect().left);
    await page.$eval("#tensors .scroll", (node) => (node.scrollLeft = 300));
    const [name, shape] = await page.$eval("#tensors tbody tr", (node) => [node.children[0], node.children[2]].map((cell) => cell.getBoundingClientRect().left));
    check("names stay where numbers scroll", Math.abs(name - before) < 1 && shape < before, [before, name, shape]);
  },
  { width: 390 },
);

// ---- for those who do not see it ----

await visit("deep.html", "light", async (page) => {
  await drawn(page, "#gain");
  const tree = await page.accessibility.snapshot({ interestingOnly: false });
  const names = [];
  const walk = (node) => {
    names.push(`${node.role}: ${node.name ?? ""}`);
    node.children?.forEach(walk);
  };
  walk(tree);
  const has = (start) => names.some((name) => name.startsWith(start));
  check("sections are regions with their titles", has("region: Is it sound?") && has("region: By depth") && has("region: Values") && has("region: Tensors"), names.filter((name) => name.startsWith("region")));
  check("a chart tells what it shows", names.some((name) => name.includes("Effective gain. expected by its rule: 16 layers, from")), names.filter((name) => name.includes("Effective")));
  check("tables have names", has("table: Tensors") && has("table: Rules"), names.filter((name) => name.startsWith("table")));
  const unnamed = await page.$$eval("button, input, a, summary", (nodes) => nodes.filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.title)).map((node) => node.outerHTML));
  check("all that can be pressed has a name", unnamed.length === 0, unnamed);
  await page.$eval("#spread .histogram", (node) => node.scrollIntoView());
  await drawn(page, "#spread .histogram");
  check("a histogram tells its tensor", (await page.$eval("#spread .histogram", (node) => node.getAttribute("aria-label"))).startsWith("Histogram of layers0.weight: from -0."));
});

{
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(false);
  await page.goto(pathToFileURL(resolve(folder, "deep.html")).href);
  const said = await page.$eval("noscript", (node) => [node.textContent, node.getBoundingClientRect().height]);
  check("without JavaScript a line says so", said[0].includes("JavaScript, which is off") && said[0].includes("sow inspect") && said[1] > 10, said);
  await page.close();
}

await browser.close();
console.log(`report_page: ${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
