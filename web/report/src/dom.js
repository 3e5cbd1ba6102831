// Elements without markup: text that comes from a corpus only ever becomes text nodes.

export const $ = (id) => document.getElementById(id);

/** el("p", {class: "x", onclick: f, style: {color: "red"}}, "text", child, ...) */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(element.style, value);
    else if (name === "class") element.className = value;
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const counts = new Intl.NumberFormat("en");
export const count = (n) => counts.format(n);

export function percent(share) {
  if (!(share > 0)) return "0 %";
  const value = 100 * share;
  return `${value >= 10 ? value.toFixed(1) : value >= 0.1 ? value.toFixed(2) : value.toPrecision(1)} %`;
}

export function number(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(digits)));
}

export function download(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], {type}));
  const link = el("a", {href: url, download: name});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** A table as TSV, by the rules of lightlda-dump: tab, line end and backslash are escaped. */
export function tsv(names, rows) {
  const escape = (value) => String(value ?? "").replace(/[\\\t\n\r]/g,
    (c) => ({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})[c]);
  return [names, ...rows].map((row) => row.map(escape).join("\t")).join("\n") + "\n";
}

export function tip(content, x, y) {
  const box = $("tip");
  if (!content) {
    box.hidden = true;
    return;
  }
  box.replaceChildren(...[content].flat());
  box.hidden = false;
  const {width, height} = box.getBoundingClientRect();
  box.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 4))}px`;
  box.style.top = `${y + 18 + height > innerHeight ? Math.max(4, y - height - 10) : y + 18}px`;
}

export function say(text) {
  $("status").textContent = text;
}
