// Puts the page together. The numbers are all in the data; what is here draws them.
import { depthSection } from "./depth.js";
import { counted, element } from "./dom.js";
import { spreadSection } from "./spread.js";
import { rulesSection, tensorsSection } from "./tables.js";
import { head, warnings } from "./warnings.js";

/** A box whose words must all be in the name of a tensor, or of its rule, for its row to be shown. */
function filterBox(data, filters) {
  const texts = new Map(data.rows.map((row) => [row, row.members.map((index) => `${data.tensors[index].name} ${data.tensors[index].rule ?? ""}`.toLowerCase())]));
  const count = element("output", {}, "");
  const input = element("input", { type: "search", id: "filter", placeholder: "conv weight", "aria-label": "Filter tensors by words of their names" });
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (text) => words.every((word) => text.includes(word));
    const matches = (row) => words.length === 0 || texts.get(row).some(fits);
    filters.forEach((filter) => filter(matches));
    const shown = data.rows.filter(matches).length;
    count.textContent = words.length === 0 ? "" : `${counted(shown, "row")} of ${data.rows.length}`;
  });
  return element("div", { class: "filter" }, element("label", {}, "Filter ", input), count);
}

function start() {
  const data = JSON.parse(document.getElementById("data").textContent);
  const filters = [];
  document.title = `${data.path} – sow report`;
  document.getElementById("head").replaceChildren(...head(data));
  const sections = [warnings(data), depthSection(data), rulesSection(data), filterBox(data, filters), spreadSection(data, filters), tensorsSection(data, filters)];
  document.getElementById("page").replaceChildren(...sections.filter(Boolean));
}

start();
