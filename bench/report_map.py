#!/usr/bin/env python3
"""The map of topics of a report as a picture: bench/report_map.py REPORT.html > MAP.svg

A circle per topic, its area the tokens, its colour the cluster, its label the topic's own; as the report's first view
has them. Made docs/pictures/topic-map.svg of the sample in data/, by the commands of the README's first screen and
`lightlda-dump report`.
"""
import base64
import html
import json
import re
import sys
import zlib

HEIGHT = 560
WIDTH = HEIGHT * 11 // 10
MARGIN = 36
COLOURS = ("#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948", "#b07aa1", "#ff9da7", "#9c755f", "#86bcb6")


def header_of(path):
    with open(path, encoding="utf-8") as file:
        found = re.search(r'<script type="application/octet-stream" id="?header"?>([^<]*)</script>', file.read())
    if found is None:
        sys.exit(f"{path}: no report of lightlda-dump")
    return json.loads(zlib.decompress(base64.b64decode(found[1])))


def circle(header, topic):
    place = header["map"]
    x = MARGIN + place["x"][topic] / 10000 * HEIGHT
    y = MARGIN + place["y"][topic] / 10000 * HEIGHT
    return x, y, place["r"][topic] / 100000 * HEIGHT


def main():
    header = header_of(sys.argv[1])
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 2 * MARGIN} {HEIGHT + 2 * MARGIN}" '
          f'font-family="sans-serif" text-anchor="middle" fill="#1a202c">')
    print("<title>Topics of the sample: the map of a report</title>")
    print(f'<rect width="{WIDTH + 2 * MARGIN}" height="{HEIGHT + 2 * MARGIN}" rx="8" fill="#ffffff"/>')
    topics = sorted(range(len(header["tokens"])), key=lambda topic: -header["tokens"][topic])
    for topic in topics:
        x, y, radius = circle(header, topic)
        colour = COLOURS[header["clusters"][topic] % len(COLOURS)]
        print(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.35" stroke="{colour}"/>')
    for topic in topics:
        x, y, _ = circle(header, topic)
        words = header["automatic_labels"][topic].replace(",", "").split()
        for line, word in enumerate(words[:3]):
            top = y + 4 + (line - (min(len(words), 3) - 1) / 2) * 14
            print(f'<text x="{x:.1f}" y="{top:.1f}" font-size="12">{html.escape(word)}</text>')
    print("</svg>")


if __name__ == "__main__":
    main()
