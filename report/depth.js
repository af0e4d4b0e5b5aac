// What the layers do to a signal, in the order in which it meets them.
import { depthChart, drawWhenSeen, EXPECTED } from "./charts.js";
import { counted, element, section, short, whole } from "./dom.js";

const KEEPS = Math.SQRT2;
const NOW = "this file";

/** A row for each layer and series; values: [[series, layer → value], …]. */
function rowsOf(data, values) {
  return data.layers.flatMap((layer, depth) =>
    values.map(([series, value]) => ({
      name: data.tensors[layer.tensor].name.replace(/\.weight$/, ""),
      depth: depth + 1,
      tensor: data.tensors[layer.tensor].name,
      inputs: layer.inputs,
      series,
      value: value(layer),
    })),
  );
}

function chart(id, title, text, parts) {
  const node = element("div", { class: "chart", id, "data-menu": "yes" });
  if (parts.rows.some(({ value }) => value != null && (!parts.log || value > 0))) drawWhenSeen(node, depthChart({ ...parts, label: labelOf(title, parts) }));
  else node.append(element("p", { class: "empty" }, "There is no finite number to draw."));
  return element("figure", {}, element("figcaption", {}, element("strong", {}, title), text), node);
}

/** What a screen reader says of a chart; the table has the numbers. */
function labelOf(title, { rows, series }) {
  const parts = series.map(([name]) => {
    const values = rows.filter((row) => row.series === name && row.value != null).map(({ value }) => value);
    return values.length === 0 ? `${name}: nothing` : `${name}: ${counted(values.length, "layer")}, from ${short(Math.min(...values))} to ${short(Math.max(...values))}`;
  });
  return `${title} ${parts.join("; ")}. The table of tensors has the numbers.`;
}

/** Whether values lie so far apart that a linear axis would hide the small ones. */
function spread(rows) {
  const values = rows.map(({ value }) => value).filter((value) => value > 0);
  return values.length > 0 && Math.max(...values) > 30 * Math.min(...values);
}

/** Beyond these the numbers say nothing more; a thousand layers would reach what a number can be. */
const LEAST = 1e-20;
const MOST = 1e20;

const inside = (value) => value >= LEAST && value <= MOST;

/** The rows of signals, without the values that no picture needs, and with a new part after each gap of a series. */
function cut(rows) {
  const gaps = new Map();
  return rows.map((row) => {
    const fits = inside(row.value);
    if (!fits) gaps.set(row.series, (gaps.get(row.series) ?? 0) + 1);
    return { ...row, value: fits ? row.value : null, part: gaps.get(row.series) ?? 0 };
  });
}

/** Where a line leaves the picture, as one more sentence; nothing where it does not. */
function leaves(signals) {
  const at = signals.findIndex((value) => !inside(value));
  if (at < 0) return "";
  const value = signals[at];
  return `. The line leaves the picture at layer ${whole(at + 1)}, ${value == null ? "where there is no number" : value < LEAST ? "below 1e-20" : "above 1e20"}`;
}

/** What the product over the depth means, in a sentence. Where norms set the size, or the order is a guess, it is only a product. */
function judgement(signal, known) {
  if (signal == null) return "What is left cannot be told";
  const size = signal < LEAST ? "Less than 1e-20" : signal > MOST ? "More than 1e20" : short(Number(signal.toPrecision(2)));
  if (!known) return `${size} of it would be left`;
  const left = `${size} of it is left`;
  if (signal < 1e-3) return `${left}. What tells two inputs apart fades, and the gradient on its way back: this hardly trains`;
  if (signal > 1e3) return `${left}. Activations and gradients explode: this hardly trains`;
  return `${left}, with which training usually copes`;
}

function signalText(data, beforeName) {
  const last = data.layers.at(-1);
  const premise = data.ordered
    ? ` If ReLU follows each of the ${data.layers.length} layers and nothing else sets the size, each leaves gain/√2 of it.`
    : ` A checkpoint does not say how its ${data.layers.length} layers are joined; some may stand side by side. If they stood one after the other, in the ` +
      "order of their names, with ReLU after each and nothing else that sets the size, each would leave gain/√2 of it.";
  const caution = data.normalised ? " But this model seems to have norms, which do set it, so this is not what happens there." : "";
  const verdict = (name, kind, of) => {
    const signals = data.layers.map(of);
    return element("b", { class: kind }, name && `${name}: `, judgement(signals.at(-1), data.ordered && !data.normalised), leaves(signals), ".");
  };
  return [
    premise,
    caution,
    last.before && verdict(beforeName, "before", (layer) => layer.before?.signal),
    verdict(data.before && "This file", "now", (layer) => layer.signal),
  ];
}

const GAIN_TEXT =
  " The standard deviation times √fan_in is by what a layer multiplies the size of a signal. ReLU then takes half of its mean square away, so a gain of " +
  "√2 keeps the size; below it the signal fades from layer to layer, and the gradient with it; above it both grow. Without ReLU it is 1.";

/** Why there is no chart. With a model only its layers count, and only those that the file has. */
function nothing({ model, tensors }) {
  if (model == null) return "There is no weight of a layer in this file.";
  if (tensors.some((tensor) => tensor.rule != null)) return `Of the tensors that both this file and ${model} have, none is the weight of a layer.`;
  return `No tensor of this file has the name and the shape of one of ${model}, so its layers are not known. Is it the model of another file?`;
}

export function depthSection(data) {
  if (data.layers.length === 0) return section("depth", "By depth", nothing(data));
  const beforeName = data.before ?? "";
  const names = (expected) => [
    ...(expected ? [[EXPECTED, "rule", "stroke"]] : []),
    ...(data.before ? [[beforeName, "before", "square"]] : []),
    [NOW, "now", "circle"],
  ];
  const rows = (field, expected) =>
    rowsOf(data, [
      ...(expected ? [[EXPECTED, expected]] : []),
      ...(data.before ? [[beforeName, (layer) => layer.before?.[field]]] : []),
      [NOW, field === "std" ? (layer) => data.tensors[layer.tensor].std : (layer) => layer[field]],
    ]);
  const known = data.layers.some((layer) => layer.expected_gain != null);
  const gains = rows("gain", known && ((layer) => layer.expected_gain));
  const stds = rows("std", known && ((layer) => data.tensors[layer.tensor].expected?.std));
  const signals = cut(rows("signal"));
  const lines = [
    { at: KEEPS, text: "√2: ReLU keeps", colour: "good", baseline: "bottom" },
    { at: 1, text: "1: linear keeps", colour: "faint", baseline: "top" },
  ];
  const along = data.ordered ? "layer, by depth" : "layer, by name";
  return section(
    "depth",
    "By depth",
    null,
    element(
      "div",
      { class: "pair" },
      chart("gain", "Effective gain.", GAIN_TEXT, { rows: gains, series: names(known), title: "std·√fan_in", log: spread(gains), lines, along }),
      chart(
        "signal",
        "What is left of a signal.",
        signalText(data, beforeName),
        { rows: signals, series: names(false), title: "size after the layer, 1 before the first", log: true, lines: [{ at: 1, text: "as it came in", colour: "good" }], along },
      ),
    ),
    chart(
      "std",
      "Standard deviation.",
      known ? " Measured, and as the rule has it. A point off its bar is not what its rule makes." : " As measured.",
      { rows: stds, series: names(known), title: "standard deviation", log: true, connected: false, along },
    ),
  );
}
