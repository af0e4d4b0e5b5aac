// Tables: what each rule covered; all tensors, equal layers folded.
import { counted, element, section, shapeText, short, whole } from "./dom.js";
import { addressOf, change, current, onState } from "./state.js";
import { moduleTree } from "./tree.js";
import { atFirst, COLUMNS, common, shownRows, withMore } from "./views.js";

const NUMBERS = new Set(["elements", "mean", "std", "expected std", "gain", "min", "max", "zeros", "NaN/Inf"]);

/** A table that scrolls by itself where the window is narrow; `label` is what screen readers call it. */
function table(label, headers, ...bodies) {
  const node = element("table", {}, element("caption", { class: "unseen" }, label), element("thead", {}, element("tr", {}, headers)), ...bodies);
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, node);
}

const number = (text, extra = "") => element("td", { class: `number ${extra}` }, text);

// ---- rules ----

const RULES_SHOWN = 15;

function ruleRow({ rule, initializer, calls, tensors, elements }, all) {
  const call = element("td", { class: "call" }, element("code", {}, initializer), calls > 1 && element("span", { class: "times" }, `${whole(calls)} different`));
  return element("tr", {}, element("td", {}, element("code", {}, rule)), call, number(whole(tensors)), number(whole(elements)), number(`${((100 * elements) / all).toFixed(2)} %`));
}

export function rulesSection(data) {
  if (data.rules.length === 0) return null;
  const all = data.rules.reduce((sum, rule) => sum + rule.elements, 0);
  const headers = [["rule"], ["initialiser"], ["tensors", "number"], ["elements", "number"], ["share", "number"]].map(([title, kind]) => element("th", { scope: "col", class: kind }, title));
  const body = element("tbody");
  const more = withMore(RULES_SHOWN, "all-rules", "rules", (rules) => body.replaceChildren(...rules.map((rule) => ruleRow(rule, all))));
  more.show(data.rules);
  const text = data.metadata["sow.rules"];
  return section(
    "rules",
    "Rules",
    "Which rule made what. “default” is what torch does when it builds the layer; “kept” was copied from another checkpoint. Calls that differ in their numbers share a row.",
    table("Rules", headers, body),
    more.button,
    text && element("details", {}, element("summary", {}, "The rules of the recipe in the file"), element("pre", {}, text)),
  );
}

// ---- tensors ----

const ROWS_SHOWN = 40;

function statisticsCells(values) {
  if (values.std === undefined) return Array.from({ length: 8 }, () => number("–"));
  const broken = values.nans + values.infinities;
  return [
    number(short(values.mean)),
    number(short(values.std)),
    number(values.expectedText),
    number(values.gainText),
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

/** Values of the members as text: one, from the least to the largest, or a dash where there are none. */
function rangeText(members, of) {
  const values = members.map(of).filter((value) => value != null);
  if (values.length < members.length) return values.length === 0 ? short(null) : varies;
  const [low, high] = [Math.min(...values), Math.max(...values)].map(short);
  return low === high ? low : `${low} to ${high}`;
}

function tensorRow(data, index, attributes = {}) {
  const tensor = data.tensors[index];
  const values = { ...tensor, expectedText: short(tensor.expected?.std), gainText: short(data.gains.get(index)) };
  const chosen = tensor.name === current().tensor;
  const name = element("th", { scope: "row" }, element("a", { href: addressOf({ tensor: tensor.name }), title: tensor.name }, element("code", {}, tensor.name)));
  return element("tr", { ...attributes, class: [attributes.class, chosen && "chosen"].filter(Boolean).join(" ") || null }, cells(name, tensor, tensor.count, values, tensor.rule));
}

/** A body of its own for each row, in which its members appear when it is unfolded. */
function rowBody(data, row, opened) {
  if (row.members.length === 1) return element("tbody", {}, tensorRow(data, row.members[0]));
  const members = row.members.map((index) => data.tensors[index]);
  const button = element("button", { type: "button", class: "fold", "aria-expanded": "false", "aria-label": `the ${counted(members.length, "tensor")} of ${row.name}` });
  const name = element("th", { scope: "row" }, button, element("code", { title: row.name }, row.name), element("span", { class: "times" }, `×${members.length}`));
  const values = { ...row, expectedText: rangeText(members, (tensor) => tensor.expected?.std), gainText: rangeText(row.members, (index) => data.gains.get(index)) };
  const rule = common(members, (tensor) => tensor.rule);
  const body = element("tbody", { class: "folded" }, element("tr", {}, cells(name, members[0], row.count ?? members.length * members[0].count, values, rule === null ? varies : rule)));
  const fold = (open) => {
    button.setAttribute("aria-expanded", open);
    if (open) opened.add(row.name);
    else opened.delete(row.name);
    if (open) body.append(...row.members.map((index) => tensorRow(data, index, { class: "member" })));
    else body.replaceChildren(body.firstElementChild);
  };
  button.addEventListener("click", () => fold(button.getAttribute("aria-expanded") !== "true"));
  if (opened.has(row.name)) fold(true);
  return body;
}

/** A title that sorts: the largest first, then the smallest, then as the model has them. */
function header(column) {
  const button = element("button", { type: "button" }, column);
  const node = element("th", { scope: "col", class: NUMBERS.has(column) ? "number" : null }, button);
  button.addEventListener("click", () => {
    const orders = NUMBERS.has(column) ? [`-${column}`, column, ""] : [column, `-${column}`, ""];
    change({ sort: orders[(orders.indexOf(current().sort) + 1) % orders.length] ?? orders[0] });
  });
  const update = () => {
    const { sort } = current();
    node.setAttribute("aria-sort", sort === column ? "ascending" : sort === `-${column}` ? "descending" : "none");
  };
  update();
  onState(update);
  return node;
}

/** Calls tensorsChanged of what it returns when the rows to show are others. */
export function tensorsSection(data) {
  const opened = new Set(); // names of rows
  const place = table("Tensors", COLUMNS.map(header));
  const node = place.querySelector("table");
  const attach = (rows) => {
    node.querySelectorAll("tbody").forEach((body) => body.remove());
    node.append(...rows.map((row) => rowBody(data, row, opened)));
  };
  const more = withMore(atFirst(ROWS_SHOWN), "all-rows", "rows", attach);
  let rows = [];
  const update = () => {
    rows = shownRows(data);
    const { tensor } = current();
    const index = data.tensors.findIndex(({ name }) => name === tensor);
    const at = index < 0 ? -1 : rows.findIndex((row) => row.members.includes(index));
    if (at >= 0 && rows[at].members.length > 1) opened.add(rows[at].name);
    more.show(rows, at + 1);
  };
  const all = (open) => () => {
    opened.clear();
    if (open) rows.forEach((row) => row.members.length > 1 && opened.add(row.name));
    update();
  };
  const foldable = data.rows.some((row) => row.members.length > 1);
  const buttons = foldable && element("p", {}, element("button", { type: "button", id: "unfold", onclick: all(true) }, "Unfold all"), " ", element("button", { type: "button", id: "fold", onclick: all(false) }, "Fold all"));
  const tree = moduleTree(data);
  const made = section(
    "tensors",
    "Tensors",
    "Layers of one type and shape whose names differ in numbers share a row, with the statistics of all of them. A title sorts; a module on the side leaves its own.",
    buttons || null,
    element("div", { class: tree ? "beside" : null }, tree && element("details", { class: "tree", open: matchMedia("(min-width: 900px)").matches }, element("summary", {}, "Modules"), tree), element("div", {}, place, more.button)),
  );
  made.update = update;
  /** Brings the chosen tensor into view. */
  made.reveal = () => node.querySelector(".chosen")?.scrollIntoView({ block: "center" });
  update();
  return made;
}
