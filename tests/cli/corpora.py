"""Corpus directories as docs/formats.md describes them, read with plain Python."""
import json
import struct


def sections(path):
    data = path.read_bytes()
    count = struct.unpack_from("<I", data, 12)[0]
    places = [struct.unpack_from("<QQ", data, 32 + 24 * i) for i in range(count)]
    return [data[at:at + size] for at, size in places]


def numbers(section, letter):
    return [value for value, in struct.iter_unpack("<" + letter, section)]


def strings(offsets, content):
    offsets = numbers(offsets, "Q")
    return [content[a:b].decode() for a, b in zip(offsets, offsets[1:])]


class Corpus:
    """words, tokens, documents_with: by word id. names, documents: in input order; a document is its words in order."""

    def __init__(self, path):
        self.manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        self.pipeline = json.loads((path / "text_pipeline.json").read_text(encoding="utf-8"))
        vocabulary = sections(path / "vocabulary.bin")
        self.words = strings(*vocabulary[:2])
        self.tokens = numbers(vocabulary[2], "q")
        self.documents_with = numbers(vocabulary[3], "q")
        self.names = [None] * self.manifest["num_documents"]
        self.documents = [None] * self.manifest["num_documents"]
        self.has_metadata = (path / "metadata.bin").exists()
        for block in self.manifest["blocks"]:
            self._read(path, block)

    def _read(self, path, block):
        parts = sections(path / block["tokens"]["file"])
        word_offsets, document_offsets, positions = (numbers(parts[i], "I") for i in (1, 2, 3))
        names = strings(*sections(path / block["names"]["file"]))
        word_at = [w for w, (a, b) in enumerate(zip(word_offsets, word_offsets[1:])) for _ in range(b - a)]
        for d, index in enumerate(numbers(parts[4], "Q")):
            span = positions[document_offsets[d]:document_offsets[d + 1]]
            self.names[index] = names[d]
            self.documents[index] = [self.words[word_at[p]] for p in span]
