// Tables: what each rule covered; all tensors, equal layers folded.
import { counted, element, section, shapeText, short, whole } from "./dom.js";

function table(titles, rows, attributes = {}) {
  const header = element("tr", {}, titles.map(([title, kind]) => element("th", { scope: "col", class: kind }, title)));
  return element("div", { class: "scroll" }, element("table", attributes, element("thead", {}, header), ...[rows].flat()));
}

// ---- rules ----

export function rulesSection(data) {
  if (data.rules.length === 0) return null;
  const all = data.rules.reduce((sum, rule) => sum + rule.elements, 0);
  const rows = data.rules.map(({ rule, initializer, tensors, elements }) =>
    element(
      "tr",
      {},
      element("td", {}, element("code", {}, rule)),
      element("td", {}, element("code", {}, initializer)),
      element("td", { class: "number" }, whole(tensors)),
      element("td", { class: "number" }, whole(elements)),
      element("td", { class: "number" }, `${((100 * elements) / all).toFixed(2)} %`),
    ),
  );
  const text = data.metadata["sow.rules"];
  return section(
    "rules",
    "Rules",
    "Which rule made what. “default” is what torch does when it builds the layer; “kept” was copied from another checkpoint.",
    table([["rule"], ["initialiser"], ["tensors", "number"], ["elements", "number"], ["share", "number"]], element("tbody", {}, rows)),
    text && element("details", {}, element("summary", {}, "The rules of the recipe in the file"), element("pre", {}, text)),
  );
}

// ---- tensors ----

const COLUMNS = [
  ["name"],
  ["type"],
  ["shape"],
  ["elements", "number"],
  ["mean", "number"],
  ["std", "number"],
  ["expected std", "number"],
  ["gain", "number"],
  ["min", "number"],
  ["max", "number"],
  ["zeros", "number"],
  ["NaN/Inf", "number"],
  ["rule"],
];

/** One value of all members, or null where they differ. */
export function common(members, of) {
  const [first, ...rest] = members.map(of);
  return rest.every((value) => value === first) ? first : null;
}

const number = (text, extra = "") => element("td", { class: `number ${extra}` }, text);

function statisticsCells(values) {
  if (values.std === undefined) return Array.from({ length: 8 }, () => number("–"));
  const broken = values.nans + values.infinities;
  return [
    number(short(values.mean)),
    number(short(values.std)),
    number(values.expected),
    number(values.gain),
    number(short(values.min)),
    number(short(values.max)),
    number(whole(values.zeros)),
    number(broken > 0 ? `${values.nans}/${values.infinities}` : "0", broken > 0 ? "wrong" : ""),
  ];
}

function cells(first, tensor, count, values, rule) {
  return [first, element("td", {}, tensor.dtype), element("td", {}, shapeText(tensor.shape)), number(whole(count)), ...statisticsCells(values), element("td", {}, rule ? element("code", {}, rule) : "–")];
}

const varies = "varies";

/** Common values as text; "varies" where they differ, a dash where there are none. */
function commonText(members, of) {
  const value = common(members, of);
  return value === null ? varies : short(value);
}

function tensorRow(data, index, gains, attributes) {
  const tensor = data.tensors[index];
  const values = { ...tensor, expected: short(tensor.expected?.std), gain: short(gains.get(index)) };
  return element("tr", attributes, cells(element("td", {}, element("code", {}, tensor.name)), tensor, tensor.count, values, tensor.rule));
}

/** A body of its own for each row, in which its members appear when it is unfolded. */
function rowBody(data, row, gains) {
  const members = row.members.map((index) => data.tensors[index]);
  if (members.length === 1) return { body: element("tbody", {}, tensorRow(data, row.members[0], gains)), fold: null };
  const button = element("button", { type: "button", class: "fold", "aria-expanded": "false" });
  const name = element("td", {}, button, element("code", {}, row.name), element("span", { class: "times" }, `×${members.length}`));
  const values = {
    ...row,
    expected: commonText(members, (tensor) => tensor.expected?.std),
    gain: commonText(row.members, (index) => gains.get(index)),
  };
  const rule = common(members, (tensor) => tensor.rule);
  const body = element("tbody", { class: "folded" }, element("tr", {}, cells(name, members[0], row.count ?? members.length * members[0].count, values, rule === null ? varies : rule)));
  const fold = (open) => {
    if (open === (button.getAttribute("aria-expanded") === "true")) return;
    button.setAttribute("aria-expanded", open);
    if (open) body.append(...row.members.map((index) => tensorRow(data, index, gains, { class: "member" })));
    else body.replaceChildren(body.firstElementChild);
  };
  button.setAttribute("aria-label", `the ${counted(members.length, "tensor")} of ${row.name}`);
  button.addEventListener("click", () => fold(button.getAttribute("aria-expanded") !== "true"));
  return { body, fold };
}

/** Adds a filter function for each row to `filters`. */
export function tensorsSection(data, filters) {
  const gains = new Map(data.layers.map((layer) => [layer.tensor, layer.gain]));
  const rows = data.rows.map((row) => ({ row, ...rowBody(data, row, gains) }));
  filters.push((matches) => rows.forEach(({ row, body }) => (body.hidden = !matches(row))));
  const foldable = rows.filter(({ fold }) => fold);
  const all = (open) => () => foldable.forEach(({ fold }) => fold(open));
  const buttons =
    foldable.length > 0 &&
    element(
      "p",
      {},
      element("button", { type: "button", id: "unfold", onclick: all(true) }, "Unfold all"),
      " ",
      element("button", { type: "button", id: "fold", onclick: all(false) }, "Fold all"),
    );
  return section(
    "tensors",
    "Tensors",
    "Layers of one type and shape whose names differ in numbers share a row, with the statistics of all of them.",
    buttons || null,
    table(COLUMNS, rows.map(({ body }) => body)),
  );
}
