// Elements and numbers. Text of a checkpoint only ever becomes text: nothing here parses HTML.

/** element("p", { class: "note" }, "text", child, …); a null child is left out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.flat(2).filter((child) => child != null && child !== false));
  return made;
}

/** Four digits, as C's %.4g; what is no number is a dash. */
export function short(value) {
  if (value == null) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e6) return value.toExponential(2).replace(/\.?0+e/, "e").replace("e+", "e");
  return String(Number(value.toPrecision(4)));
}

/** A whole number with its thousands apart. */
export const whole = (value) => value.toLocaleString("en").replaceAll(",", "\u202f");

/** "1 tensor", "2 tensors" */
export const counted = (count, noun) => `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;

export function bytes(count) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (count >= 1000 && unit < units.length - 1) {
    count /= 1000;
    unit++;
  }
  return `${unit === 0 ? count : count.toPrecision(3)} ${units[unit]}`;
}

/** "2 × 3 × 3", "scalar" */
export const shapeText = (shape) => (shape.length === 0 ? "scalar" : shape.join("\u2009×\u2009"));

/** A section with a title and, in its first line, what it is for. */
export function section(id, title, purpose, ...children) {
  return element("section", { id, "aria-labelledby": `${id}-title` }, element("h2", { id: `${id}-title` }, title), purpose && element("p", { class: "purpose" }, purpose), ...children);
}
