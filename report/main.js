// Puts the page together. The numbers are all in the data; what is here draws them.
import { depthSection } from "./depth.js";
import { counted, element } from "./dom.js";
import { spreadSection } from "./spread.js";
import { change, current, onState } from "./state.js";
import { rulesSection, tensorsSection } from "./tables.js";
import { shownRows } from "./views.js";
import { head, warnings } from "./warnings.js";

/** A box whose words must all be in the name of a tensor, or of its rule, for it to be shown. */
function filterBox(data) {
  const count = element("output", {}, "");
  const input = element("input", { type: "search", id: "filter", placeholder: "conv weight", "aria-label": "Filter tensors by words of their names" });
  const clear = element("button", { type: "button", id: "clear" });
  input.addEventListener("input", () => change({ q: input.value, tensor: "" }));
  clear.addEventListener("click", () => change({ module: "" }));
  const update = () => {
    const { q, module } = current();
    if (input.value !== q) input.value = q;
    count.textContent = q || module ? `${counted(shownRows(data).length, "row")} of ${data.rows.length}` : "";
    clear.hidden = !module;
    clear.textContent = `${module} ×`;
    clear.setAttribute("aria-label", `Show all modules again, not only ${module}`);
  };
  onState(update);
  update();
  return element("div", { class: "filter" }, element("label", {}, "Filter ", input), clear, count);
}

/** What is looked up often, and curves where they are used. */
function prepare(data) {
  data.gains = new Map(data.layers.map((layer) => [layer.tensor, layer.gain]));
  for (const tensor of data.tensors)
    if (tensor.curve !== undefined) ({ points: tensor.curve, marks: tensor.marks } = data.curves[tensor.curve]);
  return data;
}

/** A tensor that the filter or the module hides cannot be shown: then they go. */
function makeRoom(data, { tensor }) {
  const index = data.tensors.findIndex(({ name }) => name === tensor);
  if (index >= 0 && !shownRows(data).some((row) => row.members.includes(index))) change({ q: "", module: "" });
}

function start() {
  const data = prepare(JSON.parse(document.getElementById("data").textContent));
  document.title = `${data.path} – sow report`;
  document.getElementById("head").replaceChildren(...head(data));
  const spread = spreadSection(data);
  const tensors = tensorsSection(data);
  const sections = [warnings(data), depthSection(data), rulesSection(data), filterBox(data), spread, tensors];
  document.getElementById("page").replaceChildren(...sections.filter(Boolean));
  onState((state, changed) => {
    if (changed.has("tensor") && state.tensor) makeRoom(data, state);
    if (changed.has("q") || changed.has("module") || changed.has("sort")) spread.update();
    tensors.update();
    if (changed.has("tensor")) tensors.reveal();
  });
  if (current().tensor) {
    makeRoom(data, current());
    tensors.reveal();
  }
}

start();
