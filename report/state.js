// What the reader looks at stands in the address, so that it can be kept and sent: #q=conv&module=layers.3&sort=-std&tensor=…
const KEYS = ["q", "module", "sort", "tensor", "theme"];
const listeners = [];

function read() {
  const given = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(KEYS.map((key) => [key, given.get(key) ?? ""]));
}

let state = read();

export const current = () => state;

/** The address of the state with these changes. */
export function addressOf(changes) {
  const all = { ...state, ...changes };
  const given = new URLSearchParams(KEYS.filter((key) => all[key]).map((key) => [key, all[key]]));
  return `#${given}`;
}

/** Calls listener(state, changed) at every change; `changed` holds the names of what differs. */
export function onState(listener) {
  listeners.push(listener);
}

function become(next) {
  const changed = new Set(KEYS.filter((key) => next[key] !== state[key]));
  state = next;
  if (changed.size > 0) listeners.forEach((listener) => listener(state, changed));
}

/** Changes part of the state, and the address with it. */
export function change(changes) {
  history.replaceState(null, "", addressOf(changes));
  become({ ...state, ...changes });
}

addEventListener("hashchange", () => become(read()));
