// The page of GET /watch. It asks for /v1/watch and for nothing else, and shows words as text.
#include "serve/training_watch.h"

namespace lightlda::serve {

const char kWatchPage[] = R"PAGE(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>lightlda: training</title>
<style>
:root { color-scheme: light dark; --line: #1667b7; --second: #b3541e; --faint: #8886; }
@media (prefers-color-scheme: dark) { :root { --line: #6db3f2; --second: #f0a870; } }
body { font: 16px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1rem; margin: 0 0 .3rem; font-weight: 600; }
#charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; }
figure { margin: 0; } svg { width: 100%; height: 11rem; border: 1px solid var(--faint); border-radius: 4px; }
svg text { font-size: 11px; fill: currentColor; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .15rem .6rem .15rem 0; }
td:nth-child(-n+2), th:nth-child(-n+2) { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
</style>
<h1>Training</h1>
<p id="state" role="status">Waiting for the first iteration.</p>
<div id="charts"></div>
<h1>Topics of the last save</h1>
<p id="saved">Nothing is saved yet.</p>
<table id="topics"><thead><tr><th>topic</th><th>tokens</th><th>words</th></tr></thead><tbody></tbody></table>
<script>
"use strict";
const charts = [
  ["Log-likelihood per token", [["log_likelihood_per_token", "--line"], ["sample_log_likelihood_per_token", "--second"]]],
  ["Held-out log-likelihood per token", [["held_out_log_likelihood_per_token", "--line"]]],
  ["Tokens per second", [["tokens_per_second", "--line"]]],
  ["Active documents", [["active_documents", "--line"]]],
];
let next = 0, lines = [];
const byId = (id) => document.getElementById(id);
const short = (value) => Math.abs(value) >= 1e4 ? Intl.NumberFormat("en", {notation: "compact", maximumFractionDigits: 1}).format(value) : String(+value.toPrecision(4));
function element(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
function draw(title, series) {
  const points = series.map(([field]) => lines.filter((line) => typeof line[field] === "number").map((line) => [line.iteration, line[field]]));
  const all = points.flat();
  if (all.length === 0) return null;
  const figure = document.createElement("figure"), heading = document.createElement("h2");
  const last = points.map((list) => list.at(-1)).filter(Boolean).map((point) => short(point[1])).join(", ");
  heading.textContent = title + ": " + last;
  const svg = element("svg", {viewBox: "0 0 400 180", role: "img", "aria-label": heading.textContent});
  let [low, high, first, end] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of all) { low = Math.min(low, y); high = Math.max(high, y); first = Math.min(first, x); end = Math.max(end, x); }
  const at = ([x, y]) => [55 + 335 * (x - first) / (end - first || 1), 155 - 140 * (y - low) / (high - low || 1)];
  points.forEach((list, i) => {
    if (list.length === 0) return;
    const color = `stroke: var(${series[i][1]}); fill: var(${series[i][1]})`;
    svg.append(element("path", {d: "M" + list.map((point) => at(point).map((number) => number.toFixed(1)).join(" ")).join("L"), style: color + "; fill: none", "stroke-width": 1.5}));
    const [x, y] = at(list.at(-1));
    svg.append(element("circle", {cx: x, cy: y, r: 2.5, style: color}));
  });
  svg.append(element("text", {x: 50, y: 20, "text-anchor": "end"}, short(high)), element("text", {x: 50, y: 155, "text-anchor": "end"}, short(low)),
    element("text", {x: 55, y: 173}, "iteration " + first), element("text", {x: 390, y: 173, "text-anchor": "end"}, String(end)));
  figure.append(heading, svg);
  return figure;
}
function show(saved) {
  byId("charts").replaceChildren(...charts.map(([title, series]) => draw(title, series)).filter(Boolean));
  const last = lines.at(-1);
  if (last) byId("state").textContent = `Iteration ${last.iteration}` + (last.full_iteration ? `, ${last.full_iteration} over all documents` : `, growth stage ${last.stage}`) + `, ${Math.round(last.seconds)} s.` + (saved && saved.complete && saved.iteration >= last.iteration ? " The run is complete." : "");
  if (!saved) return;
  byId("saved").textContent = `At iteration ${saved.iteration}: the largest ${saved.topics.length} of ${saved.num_topics} topics.`;
  byId("topics").tBodies[0].replaceChildren(...saved.topics.map((topic) => {
    const row = document.createElement("tr");
    for (const text of [topic.topic, short(topic.tokens), topic.words.join(", ")]) row.insertCell().textContent = text;
    return row;
  }));
}
async function ask() {
  let pause = 2000;
  try {
    const answer = await fetch("v1/watch?from=" + next);
    if (!answer.ok) throw new Error(answer.statusText);
    const news = await answer.json();
    if (news.from !== next) lines = [];
    lines.push(...news.lines);
    if (news.next !== next && news.lines.length > 1) pause = 100;
    next = news.next;
    show(news.saved);
  } catch (error) {
    byId("state").textContent = "No answer: " + error.message;
  }
  setTimeout(ask, pause);
}
ask();
</script>
)PAGE";

}  // namespace lightlda::serve
