// Light and dark: as the system has it, or as the button says.
import { element } from "./dom.js";
import { change, current, onState } from "./state.js";

const CHOICES = ["auto", "light", "dark"];
const chosen = () => (CHOICES.includes(current().theme) ? current().theme : "auto");
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = [];
let choice = chosen();

const PALETTES = {
  light: { ink: "#1b1f24", faint: "#6a737d", grid: "#e3e6ea", back: "#ffffff", now: "#1764c0", before: "#d35400", rule: "#1b1f24", good: "#1a7f37" },
  dark: { ink: "#e6e9ee", faint: "#98a2ae", grid: "#2e353e", back: "#171b21", now: "#6cb0ff", before: "#ff9e4f", rule: "#e6e9ee", good: "#57c878" },
};

/** The colours of charts, which cannot read the style sheet. */
export function palette() {
  const dark = choice === "auto" ? system.matches : choice === "dark";
  return PALETTES[dark ? "dark" : "light"];
}

/** Calls `listener` whenever the colours change. */
export function onTheme(listener) {
  listeners.push(listener);
}

const tell = () => listeners.forEach((listener) => listener());

export function themeButton() {
  const label = () => `Colours: ${choice}`;
  const button = element("button", { id: "theme", type: "button", title: "Light, dark, or as the system has it" }, label());
  const apply = () => {
    choice = chosen();
    if (choice === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    button.textContent = label();
    tell();
  };
  button.addEventListener("click", () => {
    const next = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
    change({ theme: next === "auto" ? "" : next });
  });
  onState((_, changed) => changed.has("theme") && apply());
  apply();
  system.addEventListener("change", tell);
  return button;
}
