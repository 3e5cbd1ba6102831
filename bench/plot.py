#!/usr/bin/env python3
"""Draws joint log-likelihood per token against seconds of training as an SVG.

usage: bench/plot.py --output=FILE.svg [--title=TEXT] [--x=seconds|work] [--min_y=LL] [--target=LL]...
    LABEL=FILE[,FILE...]...

One curve per LABEL; of several files of one label (repeats) the one with the median last time is drawn. A file is
  metrics.jsonl of lightlda (also as lightlda-bench --curves keeps it): its lines over all documents, or
  a peer's log: lines that hold "iter I train_s SECONDS ll VALUE", seconds cumulative.
The time axis is logarithmic. --min_y cuts off what lies below; --target draws a line across. --x=work draws full
passes over the tokens instead of seconds; of a peer an iteration is one.
"""
import argparse
import html
import json
import math
import re
import sys

WIDTH, HEIGHT = 860, 520
LEFT, RIGHT, TOP, BOTTOM = 74, 24, 48, 58
LETTER, LABEL_HEIGHT = 8.2, 16  # about, of labels
# Okabe and Ito's colours, told apart also by the colour-blind; dashes tell more than seven curves apart.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
DASHES = ["", "7 4", "2 3"]
PEER_LINE = re.compile(r"\biter\s+(\d+)\s+train_s\s+(\S+)\s+ll\s+(\S+)")


def read_metrics(lines):
    """[(seconds, work, likelihood)] of the lines over as many documents as the last."""
    rows = [json.loads(line) for line in lines if line.strip()]
    whole = rows[-1]["active_documents"] if rows else 0
    return [(r["seconds"], r["work"], r["log_likelihood_per_token"]) for r in rows
            if r["active_documents"] == whole and r.get("log_likelihood_per_token") is not None]


def read_log(lines):
    found = [PEER_LINE.search(line) for line in lines]
    return [(float(m.group(2)), float(m.group(1)), float(m.group(3))) for m in found if m]


def read_points(path):
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.readlines()
    except OSError as error:
        sys.exit(f"plot.py: {path}: {error.strerror}")
    is_ours = bool(lines) and lines[0].lstrip().startswith("{")
    points = read_metrics(lines) if is_ours else read_log(lines)
    points = [p for p in points if p[0] > 0 and p[1] > 0 and math.isfinite(p[2])]
    if not points:
        sys.exit(f"plot.py: {path}: no likelihoods found")
    return points


def read_curve(argument, x_axis, min_y):
    """(label, [(x, y)]) of LABEL=FILE[,FILE...]."""
    label, equals, files = argument.rpartition("=")  # labels may say "K = 100"
    if not equals or not files:
        sys.exit(f"plot.py: expected LABEL=FILE[,FILE...], found '{argument}'")
    runs = sorted((read_points(path) for path in files.split(",")), key=lambda points: points[-1][0])
    column = 0 if x_axis == "seconds" else 1
    points = [(p[column], p[2]) for p in runs[(len(runs) - 1) // 2] if min_y is None or p[2] >= min_y]
    if not points:
        sys.exit(f"plot.py: {label}: nothing at or above --min_y={min_y}")
    return label, points


def log_ticks(low, high):
    """Values 1, 2, 5 times powers of ten in [low, high]."""
    ticks = []
    for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
        ticks += [digit * 10.0 ** power for digit in (1, 2, 5)]
    return [t for t in ticks if low * 0.999 <= t <= high * 1.001]


def linear_ticks(low, high):
    """Four to nine round values in [low, high]."""
    step = 10.0 ** math.floor(math.log10((high - low) / 4))
    step *= next(f for f in (1, 2, 5, 10) if (high - low) / (step * f) < 9)
    return [i * step for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


class Frame:
    """Maps data to the drawing."""

    def __init__(self, curves, targets):
        xs = [x for _, points in curves for x, _ in points]
        ys = [y for _, points in curves for _, y in points] + targets
        self.low_x, self.high_x = min(xs) / 1.15, max(xs) * 1.15
        margin = 0.04 * (max(ys) - min(ys)) or 0.1
        self.low_y, self.high_y = min(ys) - margin, max(ys) + margin

    def x(self, value):
        share = math.log(value / self.low_x) / math.log(self.high_x / self.low_x)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, value):
        share = (value - self.low_y) / (self.high_y - self.low_y)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def text(x, y, content, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{html.escape(content)}</text>'


def line(x1, y1, x2, y2, style):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {style}/>'


def draw_axes(frame, title, x_axis):
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    grid = 'stroke="#dddddd"'
    parts = []
    for tick in log_ticks(frame.low_x, frame.high_x):
        parts.append(line(frame.x(tick), TOP, frame.x(tick), bottom, grid))
        parts.append(text(frame.x(tick), bottom + 18, f"{tick:g}"))
    for tick in linear_ticks(frame.low_y, frame.high_y):
        parts.append(line(LEFT, frame.y(tick), right, frame.y(tick), grid))
        parts.append(text(LEFT - 8, frame.y(tick) + 4, f"{tick:.4g}".replace("-", "\u2212"), "end"))
    parts.append(f'<rect x="{LEFT}" y="{TOP}" width="{right - LEFT}" height="{bottom - TOP}" fill="none" '
                 'stroke="#444444"/>')
    x_label = "seconds of training (log scale)" if x_axis == "seconds" else "passes over the tokens (log scale)"
    parts.append(text((LEFT + right) / 2, HEIGHT - 16, x_label))
    middle = (TOP + bottom) / 2
    parts.append(text(18, middle, "joint log-likelihood per token", more=f' transform="rotate(-90 18 {middle:.1f})"'))
    parts.append(text((LEFT + right) / 2, 28, title, more=' font-size="16" font-weight="bold"'))
    return parts


def style_of(index):
    dash = DASHES[index // len(COLOURS) % len(DASHES)]
    return (f'stroke="{COLOURS[index % len(COLOURS)]}" stroke-width="2"'
            + (f' stroke-dasharray="{dash}"' if dash else ""))


def draw_curve(frame, points, style):
    """A line; a lone point would not show, so it gets a mark."""
    path = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in points)
    parts = [f'<polyline points="{path}" fill="none" {style} stroke-linejoin="round"/>']
    if len(points) == 1:
        parts.append(f'<circle cx="{frame.x(points[0][0]):.1f}" cy="{frame.y(points[0][1]):.1f}" r="3" {style}/>')
    return parts


def draw_targets(frame, targets):
    parts = []
    for target in targets:
        y = frame.y(target)
        parts.append(line(LEFT, y, WIDTH - RIGHT, y, 'stroke="#666666" stroke-dasharray="3 3"'))
        parts.append(text(LEFT + 5, y - 4, f"{target:g}".replace("-", "\u2212"), "start",
                          ' font-size="11" fill="#666666"'))
    return parts


def along(frame, points):
    """Places on a curve a few units apart, in the drawing."""
    places = [(frame.x(x), frame.y(y)) for x, y in points]
    for (x1, y1), (x2, y2) in zip(places, places[1:]):
        steps = max(1, int(math.hypot(x2 - x1, y2 - y1) / 4))
        yield from ((x1 + (x2 - x1) * i / steps, y1 + (y2 - y1) * i / steps) for i in range(steps))
    yield places[-1]


def label_boxes(places, width):
    """Where a curve's label may stand, as (left, top), best first: behind its end, above or below it, then below
    other places on it (curves rise to the right), at last before its beginning."""
    (x, y), (first_x, first_y) = places[-1], places[0]
    yield x + 8, y - LABEL_HEIGHT / 2
    yield x - width, y - LABEL_HEIGHT - 6
    yield x - width, y + 6
    for share in (0.85, 0.7, 0.5, 0.3, 0.15):
        x, y = places[int(share * (len(places) - 1))]
        yield x + 10, y + 2
    yield first_x - width - 8, first_y - LABEL_HEIGHT / 2


def draw_labels(frame, curves):
    """Each curve's label, in its colour, where it covers no curve and no other label if there is such a place."""
    all_places = [list(along(frame, points)) for _, points in curves]
    taken, parts = [], []

    def is_free(left, top, width):
        right, bottom = left + width, top + LABEL_HEIGHT
        return (LEFT < left and right < WIDTH - RIGHT and TOP < top and bottom < HEIGHT - BOTTOM
                and not any(left - 3 < x < right + 3 and top < y < bottom for places in all_places for x, y in places)
                and not any(left < r and l < right and top < b and t < bottom for l, t, r, b in taken))

    for index, ((label, _), places) in enumerate(zip(curves, all_places)):
        width = LETTER * len(label)
        boxes = list(label_boxes(places, width))
        left, top = next((box for box in boxes if is_free(*box, width)), boxes[0])
        taken.append((left, top, left + width, top + LABEL_HEIGHT))
        parts.append(text(left, top + LABEL_HEIGHT - 4, label, "start", " style=\"font-weight:bold;paint-order:stroke;"
                          f'stroke:white;stroke-width:4px;fill:{COLOURS[index % len(COLOURS)]}"'))
    return parts


def draw(curves, targets, title, x_axis):
    frame = Frame(curves, targets)
    parts = draw_axes(frame, title, x_axis) + draw_targets(frame, targets)
    for index, (_, points) in enumerate(curves):
        parts += draw_curve(frame, points, style_of(index))
    parts += draw_labels(frame, curves)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" font-family="sans-serif" font-size="13" fill="#222222">\n'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n' + "\n".join(parts) + "\n</svg>\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("curves", nargs="+", metavar="LABEL=FILE[,FILE...]")
    parser.add_argument("--output", required=True)
    parser.add_argument("--title", default="")
    parser.add_argument("--x", choices=("seconds", "work"), default="seconds")
    parser.add_argument("--min_y", type=float)
    parser.add_argument("--target", type=float, action="append", default=[])
    options = parser.parse_args()
    curves = [read_curve(argument, options.x, options.min_y) for argument in options.curves]
    with open(options.output, "w", encoding="utf-8") as file:
        file.write(draw(curves, options.target, options.title, options.x))


if __name__ == "__main__":
    main()
