// Lines over bins, with their axes.
import {percent} from "./dom.js";
import {SvgPainter} from "./painter.js";
import {theme} from "./theme.js";

/** A round number at or above, and where to put marks up to it. */
export function nice(top, marks = 3) {
  if (!(top > 0)) return {top: 1, ticks: [0, 1]};
  const raw = top / marks;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((s) => s * power >= raw * 0.999) * power;
  const ticks = [];
  for (let value = 0; value < top + step * 0.999; value += step) ticks.push(value);
  return {top: ticks.at(-1), ticks};
}

/** Round numbers from low to high, about so many. */
export function ticksBetween(low, high, marks) {
  if (!(high > low)) return [low];
  const step = nice(high - low, marks).ticks[1];
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i) ticks.push(Number((i * step).toPrecision(10)));
  return ticks;
}

const tickText = (share, top) => `${Number((share * 100).toFixed(top < 0.005 ? 2 : top < 0.05 ? 1 : 0))} %`;

/**
 * Shares of one topic over the bins of a date, with a band of a standard error. Bins of few documents are pale and
 * do not count for the scale.
 */
export function timeChart({width, height, values, shares, errors, solid, colour, bare = false}) {
  const painter = new SvgPainter(width, height);
  const left = bare ? 2 : 44;
  const right = width - (bare ? 2 : 10);
  const bottom = height - (bare ? 2 : 20);
  const scaled = shares.map((share, v) => (solid[v] ? share + (errors?.[v] ?? 0) : 0));
  const {top, ticks} = nice(Math.max(1e-9, ...scaled), bare ? 1 : 3);
  const most = bare ? Math.max(1e-9, ...scaled) : top;
  const x = (v) => (values.length > 1 ? left + (v / (values.length - 1)) * (right - left) : (left + right) / 2);
  const y = (share) => bottom - Math.min(1, share / most) * (bottom - 6);
  if (!bare) {
    for (const tick of ticks) {
      painter.path([[left, y(tick)], [right, y(tick)]], {stroke: theme.line});
      painter.text(left - 5, y(tick), tickText(tick, top), {size: 11, fill: theme.dim, anchor: "end"});
    }
    const every = Math.max(1, Math.ceil(values.length / Math.max(1, Math.floor((right - left) / 58))));
    for (let v = 0; v < values.length; v += every) {
      const anchor = v === 0 ? "start" : v > values.length - 1 - every / 3 ? "end" : "middle";
      painter.text(v === 0 ? left - 8 : x(v), height - 8, values[v], {size: 11, fill: theme.dim, anchor});
    }
  }
  const runs = [];
  values.forEach((_, v) => {
    if (solid[v] && v > 0 && solid[v - 1]) runs.at(-1).push(v);
    else if (solid[v]) runs.push([v]);
  });
  for (const run of runs) {
    if (errors && run.length > 1) {
      painter.path([...run.map((v) => [x(v), y(shares[v] + errors[v])]), ...run.toReversed().map((v) => [x(v), y(Math.max(0, shares[v] - errors[v]))])],
        {fill: colour, alpha: 0.22, close: true});
    }
    painter.path(run.map((v) => [x(v), y(shares[v])]), {stroke: colour, width: bare ? 1.6 : 2});
    if (run.length === 1) painter.circle(x(run[0]), y(shares[run[0]]), 2.5, {fill: colour});
  }
  if (!bare) {
    values.forEach((_, v) => {
      if (!solid[v] && shares[v] > 0) painter.circle(x(v), y(shares[v]), 2, {fill: theme.dim, alpha: 0.5});
    });
  }
  painter.node.setAttribute("role", "img");
  const seen = values.map((value, v) => [value, shares[v]]).filter((_, v) => solid[v]);
  if (seen.length) {
    painter.node.setAttribute("aria-label", `From ${percent(seen[0][1])} in ${seen[0][0]} to ${percent(seen.at(-1)[1])} in ${seen.at(-1)[0]}`);
  }
  return painter;
}

/** Any numbers over any numbers. */
export function lineChart({width, height, xs, lines, xName}) {
  const painter = new SvgPainter(width, height);
  const all = lines.flatMap((line) => line.values.filter((v) => v !== null));
  const low = Math.min(...all);
  const high = Math.max(...all);
  const pad = (high - low || Math.abs(high) || 1) * 0.06;
  const [left, right, top, bottom] = [58, width - 10, 10, height - 34];
  const [x0, x1] = [xs[0], xs.at(-1)];
  const x = (value) => left + ((value - x0) / (x1 - x0 || 1)) * (right - left);
  const y = (value) => bottom - ((value - low + pad) / (high - low + 2 * pad)) * (bottom - top);
  const text = (value) => (Math.abs(value) >= 1e6 ? `${Number((value / 1e6).toPrecision(3))} M` : String(Number(value.toPrecision(5))));
  for (const value of ticksBetween(low, high, 4)) {
    painter.path([[left, y(value)], [right, y(value)]], {stroke: theme.line});
    painter.text(left - 6, y(value), text(value), {size: 11, fill: theme.dim, anchor: "end"});
  }
  for (const value of ticksBetween(x0, x1, 5)) painter.text(x(value), bottom + 13, text(value), {size: 11, fill: theme.dim, anchor: "middle"});
  painter.text((left + right) / 2, height - 7, xName, {size: 11, fill: theme.dim, anchor: "middle"});
  for (const {values, colour} of lines) {
    const points = values.map((value, i) => (value === null ? null : [x(xs[i]), y(value)])).filter(Boolean);
    painter.path(points, {stroke: colour, width: 2});
    if (points.length < 40) for (const [px, py] of points) painter.circle(px, py, 2.5, {fill: colour});
  }
  painter.node.setAttribute("role", "img");
  return painter;
}
