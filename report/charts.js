// Specifications for Vega-Lite, and when they are drawn: as soon as they can be seen, and again in other colours.
import embed from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import { short } from "./dom.js";
import { change } from "./state.js";
import { onTheme, palette } from "./theme.js";

const drawn = new Map(); // node → what makes its specification

/** What all charts have in common; `colours` is a palette. */
function config(colours) {
  const text = { labelColor: colours.faint, titleColor: colours.faint, labelFontSize: 11, titleFontSize: 11, titleFontWeight: "normal" };
  return {
    background: "transparent",
    font: "system-ui, sans-serif",
    view: { stroke: null },
    axis: { ...text, gridColor: colours.grid, domainColor: colours.grid, tickColor: colours.grid, labelOverlap: true },
    legend: { ...text, labelColor: colours.ink, orient: "top", title: null, symbolSize: 80 },
    text: { color: colours.faint, fontSize: 11 },
  };
}

async function draw(node, specify) {
  const colours = palette();
  const spec = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", ...specify(colours) };
  const previous = drawn.get(node)?.result;
  drawn.set(node, { specify, result: previous });
  const result = await embed(node, spec, {
    mode: "vega-lite",
    renderer: "svg",
    ast: true, // interpreted: the page forbids eval
    expr: expressionInterpreter,
    actions: node.dataset.menu ? { export: true, source: false, compiled: false, editor: false } : false,
    config: config(colours),
  });
  drawn.get(node).result = result;
  previous?.finalize();
  node.dataset.drawn = "yes";
  node.querySelector("summary")?.setAttribute("aria-label", "Save this chart as a picture");
  // A point is the way to its tensor.
  result.view.addEventListener("click", (_, item) => item?.datum?.tensor && change({ tensor: item.datum.tensor }));
  widths.set(node, node.clientWidth);
  resized.observe(node);
}

// Charts are as wide as their places, which change with the window and with what stands beside them.
const widths = new WeakMap();
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (!target.isConnected || target.clientWidth === 0 || widths.get(target) === target.clientWidth) continue;
    widths.set(target, target.clientWidth);
    drawn.get(target)?.result?.view.signal("width", Math.max(target.clientWidth, 50)).resize().runAsync();
  }
});

onTheme(() => drawn.forEach(({ specify }, node) => node.isConnected && draw(node, specify)));

const seen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      draw(target, target.specify);
    }
  },
  { rootMargin: "300px" },
);

/** Draws specify(palette) into the node once that comes into view. */
export function drawWhenSeen(node, specify) {
  node.specify = specify;
  seen.observe(node);
}

// ---- by depth ----

const NAMES_SHOWN = 40;
const MANY = 150; // layers, of which the points must be small
const DECADE = "abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) < 1e-9"; // a power of ten

/** The series that is drawn as bars, which the measured points are to meet. */
export const EXPECTED = "expected by its rule";

/** Powers of ten where there are many of them, else plain numbers. */
function logFormat(rows) {
  return rows.some(({ value }) => value != null && (value < 1e-5 || value >= 1e5)) ? "~e" : "~g";
}

/**
 * One point a layer and series. `series` is [[name, colour key, shape], …]; rows are {name, depth, series, value, …}. Rows without
 * a value have their place on the axis all the same, and lines are joined within a `part`.
 */
export function depthChart({ rows, series, title, log, lines = [], along, label, height = 260, connected = true }) {
  const names = [...new Set(rows.map((row) => row.name))];
  const layers = new Set(rows.map((row) => row.depth)).size;
  return (colours) => {
    const x =
      layers <= NAMES_SHOWN
        ? { field: "name", type: "nominal", sort: null, scale: { domain: names }, title: null, axis: { labelAngle: -40, labelLimit: 110, labelOverlap: layers > 20, grid: false } }
        : { field: "depth", type: "quantitative", title: along, scale: { nice: false, domain: [1, layers] }, axis: { grid: false } };
    const y = {
      field: "value",
      type: "quantitative",
      title,
      scale: log ? { type: "log" } : { zero: true },
      axis: { format: log ? logFormat(rows) : "~r", tickCount: 6, grid: true, gridOpacity: log ? { condition: { test: DECADE, value: 1 }, value: 0.3 } : 1 },
    };
    const color = {
      field: "series",
      type: "nominal",
      scale: { domain: series.map(([name]) => name), range: series.map(([, key]) => colours[key]) },
    };
    const shape = { field: "series", type: "nominal", scale: { domain: color.scale.domain, range: series.map(([, , mark]) => mark) } };
    const tooltip = [
      { field: "name", title: "tensor" },
      { field: "series", title: "of" },
      { field: "value", title, format: ".5g" },
      { field: "inputs", title: "fan_in" },
    ];
    const strokes = series.filter(([, , mark]) => mark !== "stroke").map(([name]) => name);
    const values = rows.filter((row) => row.value != null && (!log || row.value > 0));
    const joined = connected && values.some((row) => strokes.includes(row.series));
    return {
      description: label,
      width: "container",
      height,
      autosize: { type: "fit-x", contains: "padding" },
      data: { values },
      layer: [
        ...lines.map((line) => referenceRule(line, y, colours)),
        ...(joined
          ? [
              {
                transform: [{ filter: { field: "series", oneOf: strokes } }],
                mark: { type: "line", strokeWidth: 2, clip: true, aria: false },
                encoding: { x, y, color, detail: { field: "part" } },
              },
            ]
          : []),
        {
          mark: { type: "point", filled: false, strokeWidth: layers > MANY ? 1 : 2, opacity: 1, cursor: "pointer", aria: false },
          encoding: { x, y, color, shape, tooltip, size: { condition: { test: `datum.series === '${EXPECTED}'`, value: 400 }, value: layers > MANY ? 8 : 60 } },
        },
        ...lines.map((line) => referenceLabel(line, y, colours)),
      ],
    };
  };
}

const atLine = ({ at }, { axis, scale, title }) => ({ datum: at, type: "quantitative", axis, scale, title });

function referenceRule(line, y, colours) {
  return { data: { values: [{}] }, mark: { type: "rule", strokeDash: [5, 4], color: colours[line.colour] }, encoding: { y: atLine(line, y) } };
}

/** Beside the chart, where no line runs; `baseline` keeps apart two that may be close. */
function referenceLabel(line, y, colours) {
  return {
    data: { values: [{}] },
    mark: { type: "text", align: "left", baseline: line.baseline ?? "middle", dx: 6, text: line.text, color: colours[line.colour], fontWeight: 600 },
    encoding: { y: atLine(line, y), x: { value: "width" } },
  };
}

// ---- one tensor ----

/** Whether a scale and densities fit into numbers: both divide by the range of the values. */
export function drawable({ min, max }) {
  const range = max - min;
  return range === 0 || (range > 1e-290 && range < 1e290);
}

/** What sow counted in bins of equal width from min to max, as densities. */
function bars({ min, max, histogram, sampled }) {
  const width = (max - min) / histogram.length;
  return histogram
    .map((count, i) => ({ from: min + i * width, to: min + (i + 1) * width, density: count / sampled / width, share: count / sampled }))
    .filter(({ share }) => share > 0);
}

/** `curve` and `marks` are those of the rule, where there is one. */
export function histogramChart(name, statistics, { curve = [], marks = [] } = {}) {
  const { min, max, sampled } = statistics;
  const constant = sampled > 0 && min === max;
  return (colours) => {
    const x = { type: "quantitative", title: null, scale: { zero: false, nice: false }, axis: { tickCount: 4, format: "~g", grid: false } };
    const y = { type: "quantitative", title: null, axis: null };
    const layer = [];
    if (constant)
      layer.push({
        data: { values: [{ value: min }] },
        mark: { type: "rule", strokeWidth: 4, color: colours.now },
        encoding: { x: { ...x, field: "value" }, tooltip: [{ field: "value", title: "every element" }] },
      });
    else if (sampled > 0)
      layer.push({
        data: { values: bars(statistics) },
        mark: { type: "rect", color: colours.now, opacity: 0.55, aria: false },
        encoding: {
          x: { ...x, field: "from" },
          x2: { field: "to" },
          y: { ...y, field: "density" },
          y2: { datum: 0 },
          tooltip: [
            { field: "from", title: "from", format: ".4g" },
            { field: "to", title: "to", format: ".4g" },
            { field: "share", title: "share", format: ".2%" },
          ],
        },
      });
    if (curve.length > 0)
      layer.push({
        data: { values: curve.map(([at, density]) => ({ at, density })) },
        mark: { type: "line", color: colours.rule, strokeWidth: 1.5, interpolate: "linear" },
        encoding: { x: { ...x, field: "at" }, y: { ...y, field: "density" }, order: { field: "at" } },
      });
    if (marks.length > 0)
      layer.push({
        data: { values: marks.map((at) => ({ at })) },
        mark: { type: "rule", color: colours.rule, strokeWidth: 1.5, strokeDash: [4, 3] },
        encoding: { x: { ...x, field: "at" }, tooltip: [{ field: "at", title: "by the rule" }] },
      });
    const description = `Histogram of ${name}: from ${short(min)} to ${short(max)}, mean ${short(statistics.mean)}, standard deviation ${short(statistics.std)}`;
    return { description, width: "container", height: 110, autosize: { type: "fit-x", contains: "padding" }, layer };
  };
}
