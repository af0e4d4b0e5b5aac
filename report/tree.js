// The modules of the model, as the names of the tensors tell them; choosing one leaves its tensors in the table and the cards.
import { counted, element, whole } from "./dom.js";
import { change, current, onState } from "./state.js";

/** {name, path, count, children}; a tensor's last part is its own name, and no module. */
function treeOf(tensors) {
  const root = { name: "", path: "", count: 0, children: new Map() };
  for (const { name } of tensors) {
    let node = root;
    node.count++;
    for (const part of name.split(".").slice(0, -1)) {
      if (!node.children.has(part)) node.children.set(part, { name: part, path: node.path ? `${node.path}.${part}` : part, count: 0, children: new Map() });
      node = node.children.get(part);
      node.count++;
    }
  }
  return root;
}

/** Where a module has one child, and nothing else, both are one line: "model.layers". */
function passed(node) {
  const [only] = node.children.values();
  return node.children.size === 1 && only.count === node.count ? passed({ ...only, name: `${node.name}.${only.name}` }) : node;
}

const SIBLINGS_SHOWN = 300;

const numbers = new Intl.Collator("en", { numeric: true });

function list(nodes, choices) {
  const sorted = [...nodes].map(passed).sort((a, b) => numbers.compare(a.name, b.name));
  const lines = (some) => some.map((node) => item(node, choices));
  const made = element("ul", {}, lines(sorted.slice(0, SIBLINGS_SHOWN)));
  if (sorted.length <= SIBLINGS_SHOWN) return made;
  const more = element("button", { type: "button", class: "more" }, `Show all ${whole(sorted.length)}`);
  more.addEventListener("click", () => {
    more.parentElement.remove();
    made.append(...lines(sorted.slice(SIBLINGS_SHOWN)));
    mark(choices);
  });
  made.append(element("li", {}, more));
  return made;
}

function item(node, choices) {
  const choose = element("button", { type: "button", class: "module", title: node.path, "aria-label": `${node.path}, ${counted(node.count, "tensor")}` }, node.name, element("span", { class: "times" }, whole(node.count)));
  choose.addEventListener("click", () => change({ module: current().module === node.path ? "" : node.path, tensor: "" }));
  choices.set(node.path, choose);
  if (node.children.size === 0) return element("li", {}, choose);
  const toggle = element("button", { type: "button", class: "fold", "aria-expanded": "false", "aria-label": `the modules of ${node.path}` });
  const line = element("li", {}, toggle, choose);
  const open = () => {
    if (toggle.getAttribute("aria-expanded") === "true") return;
    toggle.setAttribute("aria-expanded", "true");
    line.append(list(node.children.values(), choices));
    mark(choices);
  };
  toggle.addEventListener("click", () => {
    if (toggle.getAttribute("aria-expanded") !== "true") return open();
    toggle.setAttribute("aria-expanded", "false");
    line.lastElementChild.remove();
  });
  choose.open = open;
  return line;
}

function mark(choices) {
  const { module } = current();
  choices.forEach((button, path) => button.setAttribute("aria-pressed", path === module));
}

/** Opens what leads to the chosen module, so that it is seen. */
function reveal(choices) {
  const { module } = current();
  const parts = module.split(".");
  for (let length = 1; length < parts.length; length++) choices.get(parts.slice(0, length).join("."))?.open?.();
}

/** null for a model without modules. */
export function moduleTree(data) {
  const root = treeOf(data.tensors);
  if (root.children.size === 0) return null;
  const choices = new Map();
  const all = element("button", { type: "button", class: "module" }, "all", element("span", { class: "times" }, whole(root.count)));
  all.addEventListener("click", () => change({ module: "", tensor: "" }));
  choices.set("", all);
  const [only] = root.children.size === 1 ? root.children.values() : [];
  const nav = element("nav", { id: "modules", "aria-label": "Modules" }, all, list(root.children.values(), choices));
  const update = () => {
    reveal(choices);
    mark(choices);
  };
  if (only) choices.get(passed(only).path).open?.();
  onState((_, changed) => changed.has("module") && update());
  update();
  return nav;
}
