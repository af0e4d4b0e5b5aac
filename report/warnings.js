// The top of the page: which file, what is wrong with it, what could not be told.
import { bytes, counted, element, section, whole } from "./dom.js";
import { themeButton } from "./theme.js";

const SHOWN = 10;

const sum = (list) => list.reduce((a, b) => a + b, 0);

function tile(value, noun) {
  return element("div", { class: "tile" }, element("b", {}, value), noun);
}

/** By which sow, as far as its metadata tell. */
function maker(metadata) {
  if (metadata["sow.version"] != null) return `made by sow ${metadata["sow.version"]}`;
  return Object.keys(metadata).some((key) => key.startsWith("sow.")) ? "made by a sow that the recipe does not name" : "no recipe in the file";
}

export function head(data) {
  const { plan, metadata } = data;
  const made = maker(metadata);
  const seed = data.compared ? plan.seed : metadata["sow.seed"]; // without one the plan's is a default
  const torch = data.compared ? plan.torch : metadata["sow.edition"];
  const about = [made, data.model && `model ${data.model}`, seed != null && `seed ${seed}`, torch && `torch ${torch}`, data.before && `compared with ${data.before}`];
  const warnings = data.warnings.length + data.differences.length + data.findings.length;
  return [
    element("div", { class: "bar" }, element("h1", {}, data.path), themeButton()),
    element("p", { class: "about" }, about.filter(Boolean).join(" · ")),
    element(
      "div",
      { class: "tiles" },
      tile(whole(data.tensors.length), data.tensors.length === 1 ? " tensor" : " tensors"),
      tile(whole(sum(data.tensors.map((tensor) => tensor.count))), " elements"),
      tile(bytes(data.bytes), data.files === 1 ? " in a file" : ` in ${data.files} files`),
      tile(whole(data.layers.length), " weight layers"),
      tile(whole(warnings), warnings === 1 ? " warning" : " warnings"),
    ),
  ];
}

/** A list of which the first ones are shown, and the rest on request. */
function findingList(items) {
  const rows = items.map(({ name, text }) => element("li", {}, name && [element("code", {}, name), ": "], text));
  const list = element("ul", { class: "findings" }, rows.slice(0, SHOWN));
  if (rows.length <= SHOWN) return list;
  const more = element("button", { type: "button", class: "more" }, `Show all ${whole(rows.length)}`);
  more.addEventListener("click", () => {
    list.append(...rows.slice(SHOWN));
    more.remove();
  });
  return element("div", {}, list, more);
}

function box(kind, title, ...children) {
  return element("div", { class: `box ${kind}` }, element("strong", {}, title), ...children);
}

export function warnings(data) {
  const boxes = [];
  if (data.warnings.length > 0) boxes.push(box("bad", `The program warns${data.warnings.length === 1 ? "" : ` ${whole(data.warnings.length)} times`}.`, findingList(data.warnings)));
  if (data.compared && data.differences.length === 0)
    boxes.push(box("good", `All ${counted(data.tensors.length, "tensor")} of the file equal what the recipe makes, bit for bit.`));
  if (data.differences.length > 0)
    boxes.push(box("bad", `${counted(data.differences.length, "tensor")} ${data.differences.length === 1 ? "is" : "are"} not what the recipe makes.`, findingList(data.differences)));
  if (data.findings.length > 0) boxes.push(box("bad", `Examined: ${counted(data.findings.length, "finding")}.`, findingList(data.findings)));
  if (data.examined && data.findings.length === 0)
    boxes.push(
      data.differences.length > 0
        ? box("plain", "By statistics alone there is nothing else.", tests(data))
        : box("good", "Examined: nothing found that a sound initialisation does not have.", tests(data)),
    );
  const lacks = missing(data);
  if (lacks.length > 0) boxes.push(box("note", "What this page cannot tell", element("ul", {}, lacks.map((text) => element("li", {}, text)))));
  return section("warnings", "Is it sound?", null, ...boxes);
}

function tests({ tests, error_rate }) {
  if (!(tests > 0)) return null;
  return element("p", {}, `${counted(tests, "test")} of means and deviations, which a sound file fails with probability ${error_rate}.`);
}

function missing(data) {
  const lacks = [];
  if (!data.model)
    lacks.push(
      "Without the model's text (sow report FILE MODEL) nothing is known of rules, so there are no expected values and no densities. Layers stand in the " +
        "order of their names, and every tensor of two dimensions or more counts as the weight of a layer, embeddings and transposed convolutions too.",
    );
  if (data.model && !data.compared) lacks.push("No seed is known, from a recipe in the file or from --seed: it was tested by statistics, not bit for bit.");
  const unread = data.tensors.filter((tensor) => tensor.std === undefined);
  if (unread.length > 0) lacks.push(`${counted(unread.length, "tensor")} of types that are not read as numbers (${[...new Set(unread.map(({ dtype }) => dtype))].join(", ")}).`);
  const unpaired = data.layers.filter((layer) => !layer.before).length;
  if (data.before && unpaired > 0) lacks.push(`${counted(unpaired, "layer")} without a tensor of the same name and shape in ${data.before}.`);
  return lacks;
}
