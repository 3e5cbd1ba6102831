"""Opens the data blocks of a report, by what docs/formats.md says of them."""
import base64
import collections
import hashlib
import json
import re
import zlib

from cli_test import check

BLOCK = re.compile(r'<script type="application/octet-stream" id="(\w+)">([A-Za-z0-9+/=]*)</script>\n')


def varints(data):
    values, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            values.append(value)
            value, shift = 0, 0
    check(shift == 0, "a varint does not end")
    return values


class Page:
    def __init__(self, path):
        self.html = path.read_text(encoding="utf-8")
        self.blocks = {name: zlib.decompress(base64.b64decode(text)) for name, text in BLOCK.findall(self.html)}
        self.header = json.loads(self.blocks["header"])
        self.header["left_out"] = json.loads(self.blocks["left_out"])
        self.words = json.loads(self.blocks["vocab"])
        self.documents = json.loads(self.blocks["docs"])

    def word_topic(self):
        """[{topic: count}] by word of the page, and [n_w]."""
        values = varints(self.blocks["table"])
        sizes, size = values[:len(self.words)], len(self.words)
        entries = sum(sizes)
        check(len(values) == size + 2 * entries, "the table does not end where its sizes say")
        gaps, counts = values[size:size + entries], values[size + entries:]
        rows, at = [], 0
        for n in sizes:
            row, topic = {}, -1
            for i in range(at, at + n):
                topic += gaps[i] + 1
                row[topic] = counts[i]
            rows.append(row)
            at += n
        totals = varints(self.blocks["totals"]) or [sum(row.values()) for row in rows]
        return rows, totals

    def group(self, index):
        """{(value, topic): tokens}, and standard errors likewise, empty if there are none."""
        field, num_topics = self.header["fields"][index], self.header["num_topics"]
        values = varints(self.blocks[f"group{index}"])
        size = num_topics * len(field["values"])
        parts = []
        for begin in (0, size):
            part = {}
            for i, number in enumerate(values[begin:begin + size]):
                if number:
                    part[field["values"][i % len(field["values"])], i // len(field["values"])] = number
            parts.append(part)
        return parts

    def representatives(self):
        """[topic][(name, share)]."""
        return [[(self.documents["name"][row[i]], row[i + 1] / 1e4) for i in range(0, len(row), 2)]
                for row in self.documents["of_topic"]]

    def check_frame(self):
        """What must be so whatever the model is: one script, which the policy names by its hash, and nothing loaded."""
        outside = BLOCK.sub("", self.html)
        scripts = re.findall(r"<script>(.*?)</script>", outside, re.DOTALL)
        styles = re.findall(r"<style>(.*?)</style>", outside, re.DOTALL)
        check(len(scripts) == 1 and len(styles) == 1, f"{len(scripts)} scripts and {len(styles)} styles")
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', outside).group(1)
        for kind, text in (("script", scripts[0]), ("style", styles[0])):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            check(f"{kind}-src 'sha256-{digest}'" in policy, f"the policy does not have the hash of the {kind}")
        check("default-src 'none'" in policy and "unsafe" not in policy, f"the policy is {policy}")
        tags = collections.Counter(re.findall(r"<(\w+)", re.sub(r"<(script|style)>.*?</\1>", "", outside, flags=re.DOTALL)))
        for tag in ("img", "iframe", "link", "object", "embed", "script"):
            check(tags[tag] == 0, f"the page has an element {tag}")
