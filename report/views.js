// Which tensors are shown, and in which order: what the filter, the module and the sorted column leave of the rows.
import { current } from "./state.js";

/** One value of all members, or null where they differ. */
export function common(members, of) {
  const [first, ...rest] = members.map(of);
  return rest.every((value) => value === first) ? first : null;
}

/** What a column shows of a row, as a value to sort by; null goes last. */
const KEYS = {
  name: null, // by their names, with numbers as numbers
  type: (data, row) => data.tensors[row.members[0]].dtype,
  shape: (data, row) => data.tensors[row.members[0]].count,
  elements: (data, row) => row.count,
  mean: (data, row) => row.mean,
  std: (data, row) => row.std,
  "expected std": (data, row) => common(row.members, (index) => data.tensors[index].expected?.std ?? null),
  gain: (data, row) => common(row.members, (index) => data.gains.get(index) ?? null),
  min: (data, row) => row.min,
  max: (data, row) => row.max,
  zeros: (data, row) => row.zeros,
  "NaN/Inf": (data, row) => (row.nans === undefined ? null : row.nans + row.infinities),
  rule: (data, row) => common(row.members, (index) => data.tensors[index].rule ?? null),
};

export const COLUMNS = Object.keys(KEYS);

/** A row of one tensor. */
function alone(data, index) {
  return { ...data.tensors[index], members: [index] };
}

const numbers = new Intl.Collator("en", { numeric: true });

function compare(a, b) {
  return typeof a === "string" ? numbers.compare(a, b) : a - b;
}

/** "-std": by the deviation, the largest first. */
function sorted(data, rows, sort) {
  const down = sort.startsWith("-");
  const column = down ? sort.slice(1) : sort;
  if (!Object.hasOwn(KEYS, column)) return rows;
  const key = KEYS[column] ?? ((_, row) => row.name);
  const keyed = rows.map((row) => [key(data, row), row]);
  const [known, unknown] = [true, false].map((wanted) => keyed.filter(([value]) => (value != null) === wanted));
  known.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
  return [...known, ...unknown].map(([, row]) => row);
}

/**
 * The rows to show. A row of equal layers of which only some are wanted comes apart into those; its numbers are those of all.
 */
export function shownRows(data) {
  const { q, module, sort } = current();
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (index) => {
    const tensor = data.tensors[index];
    if (module && !tensor.name.startsWith(`${module}.`)) return false;
    if (words.length === 0) return true;
    const text = `${tensor.name} ${tensor.rule ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const rows = data.rows.flatMap((row) => {
    const wanted = row.members.filter(fits);
    return wanted.length === row.members.length ? [row] : wanted.map((index) => alone(data, index));
  });
  return sorted(data, rows, sort);
}

/** How many are shown at first; on a narrow screen half of them are as long. */
export const atFirst = (count) => (innerWidth < 600 ? count / 2 : count);

/** `count` of a list are shown, and the rest when a button is pressed; `make` makes nodes of an item. */
export function withMore(count, id, noun, attach) {
  let limit = count;
  const button = document.createElement("button");
  button.type = "button";
  button.id = id;
  button.className = "more";
  let items = [];
  const draw = () => {
    attach(items.slice(0, limit));
    button.hidden = items.length <= limit;
    button.textContent = `Show all ${items.length.toLocaleString("en").replaceAll(",", "\u202f")} ${noun}`;
  };
  button.addEventListener("click", () => {
    limit = Infinity;
    draw();
  });
  return {
    button,
    /** With `needed` at least so many are shown. */
    show(list, needed = 0) {
      items = list;
      if (needed > limit) limit = needed;
      draw();
    },
  };
}
