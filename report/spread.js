// How the values of each tensor are spread: a card for each row of equal layers, drawn when it comes into view.
import { drawable, drawWhenSeen, histogramChart } from "./charts.js";
import { counted, element, section, shapeText, short } from "./dom.js";
import { atFirst, common, shownRows, withMore } from "./views.js";

const CARDS_SHOWN = 12;

function card(title, subtitle, chart, ...more) {
  return element("article", { class: "card" }, element("h3", { title }, title), element("p", {}, subtitle), chart, ...more);
}

function chartOf(name, statistics, rule) {
  if (statistics.std === undefined) return element("p", { class: "empty" }, "a type that is not read as numbers");
  if (statistics.min == null) return element("p", { class: "empty" }, "no finite values");
  if (!drawable(statistics)) return element("p", { class: "empty" }, `from ${short(statistics.min)} to ${short(statistics.max)}, which cannot be drawn`);
  const node = element("div", { class: "histogram" });
  drawWhenSeen(node, histogramChart(name, statistics, rule));
  return node;
}

function describe(statistics, expected) {
  const measured = `mean ${short(statistics.mean)}, std ${short(statistics.std)}`;
  return expected ? `${measured} (rule: ${short(expected.mean)}, ${short(expected.std)})` : measured;
}

function tensorCard(tensor) {
  return card(tensor.name, [shapeText(tensor.shape), element("br"), describe(tensor, tensor.expected)], chartOf(tensor.name, tensor, tensor));
}

/** The members of a row have one density where one call with the same numbers made them all. */
function rowCard(data, row) {
  const members = row.members.map((index) => data.tensors[index]);
  if (members.length === 1) return element("div", { class: "cards" }, tensorCard(members[0]));
  const same = common(members, (tensor) => JSON.stringify([tensor.initializer, tensor.expected]));
  const rule = same === null ? {} : members[0];
  const button = element("button", { type: "button", class: "fold", "aria-expanded": "false", "aria-label": `the ${counted(members.length, "tensor")} of ${row.name}` }, counted(members.length, "tensor"));
  const joined = card(row.name, [shapeText(members[0].shape), element("br"), describe(row, rule.expected)], chartOf(row.name, row, rule), button);
  const group = element("div", { class: "cards" }, joined);
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", open);
    if (open) group.append(...members.map(tensorCard));
    else group.replaceChildren(joined);
  });
  return group;
}

/** Biases and norms mostly, of which there are as many as of weights. */
function isConstant(data, row) {
  return row.members.every((index) => data.tensors[index].min != null && data.tensors[index].min === data.tensors[index].max);
}

/** A grid of cards, of which the first ones are shown. Cards that stay keep what they have drawn. */
function grid(data, id) {
  const made = new Map(); // name → card
  const node = element("div", { class: "grid" });
  const cardOf = (row) => {
    const key = `${row.name} ${row.members.length}`;
    if (!made.has(key)) made.set(key, rowCard(data, row));
    return made.get(key);
  };
  const more = withMore(atFirst(CARDS_SHOWN), id, "cards", (rows) => node.replaceChildren(...rows.map(cardOf)));
  return { node, more };
}

export function spreadSection(data) {
  const varied = grid(data, "all-cards");
  const constant = grid(data, "all-constants");
  const summary = element("summary");
  const details = element("details", { id: "constants" }, summary, constant.node, constant.more.button);
  const known = data.tensors.some((tensor) => tensor.curve);
  const made = section(
    "spread",
    "Values",
    known ? "Bars: the values in the file. Line: the density that the rule gives; dashed: a value that it gives to many elements." : "The values in the file, as histograms.",
    varied.node,
    varied.more.button,
    details,
  );
  made.update = () => {
    const rows = shownRows(data);
    const same = rows.filter((row) => isConstant(data, row));
    varied.more.show(rows.filter((row) => !isConstant(data, row)));
    constant.more.show(same);
    details.hidden = same.length === 0;
    summary.textContent = `${counted(same.length, "row")} of tensors whose elements are all equal`;
  };
  made.update();
  return made;
}
