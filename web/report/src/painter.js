// One drawing, two ways to show it: on a canvas, or as SVG (small figures, and what is saved).
import {theme} from "./theme.js";

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
let measuring = null;

export function measure(text, size, weight = 400) {
  measuring ??= document.createElement("canvas").getContext("2d");
  measuring.font = `${weight} ${size}px ${FONT}`;
  return measuring.measureText(text).width;
}

/** The text, shortened so that it is not wider. */
export function fit(text, width, size, weight = 400) {
  if (measure(text, size, weight) <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${text.slice(0, middle)}…`, size, weight) <= width) low = middle;
    else high = middle - 1;
  }
  return low > 0 ? `${text.slice(0, low).trimEnd()}…` : "";
}

export class CanvasPainter {
  constructor(canvas, width, height) {
    const ratio = Math.min(3, devicePixelRatio || 1);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    this.c = canvas.getContext("2d");
    this.c.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.c.clearRect(0, 0, width, height);
    this.width = width;
    this.height = height;
  }

  finish({fill, stroke, width = 1, alpha = 1}) {
    const c = this.c;
    c.globalAlpha = alpha;
    if (fill) {
      c.fillStyle = fill;
      c.fill();
    }
    if (stroke) {
      c.strokeStyle = stroke;
      c.lineWidth = width;
      c.stroke();
    }
    c.globalAlpha = 1;
  }

  circle(x, y, r, style) {
    this.c.beginPath();
    this.c.arc(x, y, r, 0, 2 * Math.PI);
    this.finish(style);
  }

  rect(x, y, w, h, style) {
    this.c.beginPath();
    this.c.rect(x, y, w, h);
    this.finish(style);
  }

  path(points, style) {
    this.c.beginPath();
    points.forEach(([x, y], i) => (i ? this.c.lineTo(x, y) : this.c.moveTo(x, y)));
    if (style.close) this.c.closePath();
    this.finish(style);
  }

  text(x, y, text, {size = 12, weight = 400, fill, halo, anchor = "start", alpha = 1, turn = 0}) {
    const c = this.c;
    c.save();
    c.translate(x, y);
    c.rotate((turn * Math.PI) / 180);
    c.font = `${weight} ${size}px ${FONT}`;
    c.textAlign = {start: "left", middle: "center", end: "right"}[anchor];
    c.textBaseline = "middle";
    c.globalAlpha = alpha;
    if (halo) {
      c.lineJoin = "round";
      c.lineWidth = 3.5;
      c.strokeStyle = halo;
      c.strokeText(text, 0, 0);
    }
    c.fillStyle = fill;
    c.fillText(text, 0, 0);
    c.restore();
  }
}

const NS = "http://www.w3.org/2000/svg";
const round = (value) => Math.round(value * 100) / 100;

export class SvgPainter {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.node = document.createElementNS(NS, "svg");
    this.node.setAttribute("viewBox", `0 0 ${round(width)} ${round(height)}`);
    this.node.setAttribute("class", "chart");
    this.node.setAttribute("font-family", FONT);
  }

  add(tag, attributes, {fill, stroke, width = 1, alpha = 1} = {}) {
    const element = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) {
      element.setAttribute(name, typeof value === "number" ? round(value) : value);
    }
    element.setAttribute("fill", fill ?? "none");
    if (stroke) {
      element.setAttribute("stroke", stroke);
      element.setAttribute("stroke-width", width);
    }
    if (alpha < 1) element.setAttribute("opacity", round(alpha));
    this.node.append(element);
    return element;
  }

  circle(x, y, r, style) {
    this.add("circle", {cx: x, cy: y, r}, style);
  }

  rect(x, y, width, height, style) {
    this.add("rect", {x, y, width: Math.max(0, width), height: Math.max(0, height)}, style);
  }

  path(points, style) {
    const d = points.map(([x, y], i) => `${i ? "L" : "M"}${round(x)},${round(y)}`).join("");
    this.add("path", {d: d + (style.close ? "Z" : "")}, style);
  }

  text(x, y, text, {size = 12, weight = 400, fill, halo, anchor = "start", alpha = 1, turn = 0}) {
    const element = this.add("text", {x, y, dy: "0.35em", "font-size": size, "text-anchor": anchor}, {fill, alpha});
    if (weight !== 400) element.setAttribute("font-weight", weight);
    if (turn) element.setAttribute("transform", `rotate(${turn} ${round(x)} ${round(y)})`);
    if (halo) {
      for (const [name, value] of Object.entries({stroke: halo, "stroke-width": 3.5, "paint-order": "stroke", "stroke-linejoin": "round"})) {
        element.setAttribute(name, value);
      }
    }
    element.textContent = text;
  }

  /** The file: with its own ground, so that it looks the same anywhere. */
  source() {
    const copy = this.node.cloneNode(true);
    copy.setAttribute("width", round(this.width));
    copy.setAttribute("height", round(this.height));
    const ground = document.createElementNS(NS, "rect");
    for (const [name, value] of Object.entries({width: "100%", height: "100%", fill: theme.ground})) ground.setAttribute(name, value);
    copy.prepend(ground);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
  }
}
