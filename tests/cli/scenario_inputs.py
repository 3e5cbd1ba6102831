#!/usr/bin/env python3
"""The same texts in any format, encoding and compression are the same corpus; what cannot be read is named; markup goes."""
import bz2
import csv
import email.message
import email.policy
import gzip
import html.entities
import io
import json
import lzma
import os
import random
import shutil

from cli_test import check, main

FLAGS = "--min_df=1 --max_df=1.0 --min_token_length=1"
TEXTS = ["The sun, the moon", 'He said "star" twice', "Größe über alles", "café; thé", "a 5\" disk", "comma, and; more",
         "plain words here", "", "naïve façade", "one", "sun sun moon", "the end"]


def stamps(scratch, corpus, names=True):
    """What identifies vocabulary, tokens and names of a corpus, whatever its settings are."""
    manifest = json.loads((scratch.path / corpus / "manifest.json").read_text(encoding="utf-8"))
    blocks = [(b["tokens"]["checksum"], b["names"]["checksum"] if names else "") for b in manifest["blocks"]]
    return manifest["num_documents"], manifest["vocabulary"]["checksum"], blocks


def read(scratch, arguments, corpus="c", names=True):
    shutil.rmtree(scratch.path / corpus, ignore_errors=True)
    scratch.must(f"lightlda-preprocess {arguments} --output={corpus} {FLAGS}")
    return stamps(scratch, corpus, names)


def table(rows, **options):
    text = io.StringIO(newline="")
    csv.writer(text, **options).writerows(rows)
    return text.getvalue()


def same_texts_are_one_corpus(scratch):
    plain = "".join(text + "\n" for text in TEXTS)
    objects = [{"n": i, "text": text} for i, text in enumerate(TEXTS)]
    rows = [["n", "text"]] + [[i, text] for i, text in enumerate(TEXTS)]
    files = {"t.txt": plain, "t.csv": table(rows), "quoted.csv": table(rows, quoting=csv.QUOTE_ALL, lineterminator="\n"),
             "semicolon.csv": table(rows, delimiter=";"), "t.tsv": table(rows, delimiter="\t"),
             "array.json": json.dumps(objects), "pretty.json": json.dumps(objects, indent=2, ensure_ascii=False),
             "strings.json": json.dumps(TEXTS, indent=0), "values.json": "\n".join(json.dumps(o, indent=1) for o in objects),
             "t.jsonl": "".join(json.dumps(o) + "\n" for o in objects), "dos.txt": plain.replace("\n", "\r\n")}
    data = {name: text.encode("utf-8") for name, text in files.items()}
    data |= {"t.txt.gz": gzip.compress(data["t.txt"]), "t.txt.xz": lzma.compress(data["t.txt"]),
             "t.csv.bz2": bz2.compress(data["t.csv"]), "t.txt.bz2": bz2.compress(data["t.txt"]) + bz2.compress(b""),
             "bom.txt": b"\xef\xbb\xbf" + data["t.txt"], "utf16.txt": plain.encode("utf-16"),
             "utf16be.csv": b"\xfe\xff" + files["t.csv"].encode("utf-16-be"), "utf32.txt": plain.encode("utf-32")}
    for name, content in data.items():
        (scratch.path / name).write_bytes(content)
    expected = read(scratch, "--input=t.txt --format=text")
    check(expected[0] == len(TEXTS), f"{expected}")
    if shutil.which("zstd"):
        scratch.must("zstd -q t.txt")
        check(read(scratch, "t.txt.zst") == expected, "zst")
    for name in data:
        check(read(scratch, name) == expected, f"{name} is another corpus")
        check(read(scratch, f"- < {name}") == expected, f"{name} through a pipe is another corpus")
    for encoding in ("latin-1", "windows-1252"):
        (scratch.path / "old.txt").write_bytes(plain.encode(encoding))
        check(read(scratch, f"old.txt --encoding={encoding}") == expected, encoding)
    (scratch.path / "folder").mkdir()
    for number, text in enumerate(TEXTS):
        (scratch.path / "folder" / f"{number:02}.txt").write_text(text, encoding="utf-8")
    expected = read(scratch, "t.txt", names=False)
    check(read(scratch, "folder", names=False) == expected, "the folder is another corpus")
    check(read(scratch, "<(cat t.csv)") == read(scratch, "t.txt"), "process substitution")
    os.mkfifo(scratch.path / "pipe")
    scratch.start("cat t.csv > pipe")
    check(read(scratch, "pipe") == read(scratch, "t.txt"), "a named pipe is another corpus")


def tables_are_read_as_python_reads_them(scratch):
    draw = random.Random(5)
    pieces = ["word", "Straße", ",", '"', '""', "\n", "\r\n", "\t", ";", " ", "'", "x" * 300]
    rows = [["".join(draw.choices(pieces, k=draw.randrange(12))) for _ in range(2)] for _ in range(3000)]
    lines = [{"id": f"d{i}", "title": title, "text": text} for i, (title, text) in enumerate(rows)]
    (scratch.path / "t.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    cells = [["title", "id", "text"]] + [[line["title"], line["id"], line["text"]] for line in lines]
    for name, delimiter in (("t.csv", ","), ("t.tsv", "\t")):
        (scratch.path / name).write_bytes(table(cells, delimiter=delimiter).encode("utf-8"))
        for fields in ("text", "title,text", "text,title"):
            wanted = read(scratch, f"t.jsonl --text_field={fields}")
            for threads in (1, 3):
                check(read(scratch, f"{name} --text_field={fields} --num_threads={threads}") == wanted, f"{name}: {fields}")
    (scratch.path / "bare.csv").write_bytes(table(cells[1:]).encode("utf-8"))
    check(read(scratch, "bare.csv --columns=title,id,text") == read(scratch, "t.jsonl"), "columns")


def json_of_any_shape(scratch):
    nested = [{"key": i, "meta": {"text": text, "tokens": text.split()}} for i, text in enumerate(TEXTS)]
    (scratch.path / "n.json").write_text(json.dumps(nested, indent=1), encoding="utf-8")
    (scratch.path / "f.jsonl").write_text("".join(json.dumps({"id": i, "text": text}) + "\n" for i, text in enumerate(TEXTS)),
                                          encoding="utf-8")
    expected = read(scratch, "f.jsonl")
    for field in ("meta.text", "meta.tokens"):
        check(read(scratch, f"n.json --text_field={field} --id_field=key") == expected, field)


def what_is_no_text_is_said(scratch):
    (scratch.path / "t.csv").write_text("key,body\n1,words\n", encoding="utf-8")
    (scratch.path / "t.docx").write_bytes(b"PK\x03\x04\x14\0\0\0[Content_Types].xml word/document.xml")
    (scratch.path / "t.parquet").write_bytes(b"PAR1\x15\x04\x15\x10")
    (scratch.path / "wide.txt").write_bytes("some words\n".encode("utf-16-le"))
    packed = bz2.compress(b"some words\n" * 1000)
    (scratch.path / "cut.bz2").write_bytes(packed[:-5])
    (scratch.path / "more.bz2").write_bytes(packed + b"rest")
    (scratch.path / "bad.bz2").write_bytes(packed[:40] + bytes([packed[40] ^ 1]) + packed[41:])
    for name, message in (("cut.bz2", "truncated bzip2 data"), ("more.bz2", "followed by other bytes"),
                          ("bad.bz2", "corrupted bzip2 data"), ("t.csv", '"body"; --text_field says which'), ("t.docx", "a Word document (docx) is not read"),
                          ("t.parquet", "a Parquet file is not read"), ("wide.txt", "--encoding=UTF-16LE reads it"),
                          ("none.txt", "No such file")):
        code, _, err = scratch.run(f"lightlda-preprocess {name} --output=c {FLAGS}")
        check(code == 65 and message in err and len(err.splitlines()) == 1, f"{name}: exit {code}: {err}")
    code, _, err = scratch.run(f"lightlda-preprocess t.csv --encoding=nosuch --output=c {FLAGS}")
    check(code == 64 and "--encoding: expected a name" in err, f"exit {code}: {err}")
    (scratch.path / "dir").mkdir()
    (scratch.path / "dir/a.txt").write_text("sun\n", encoding="utf-8")
    (scratch.path / "dir/b.txt").write_bytes(b"moon\nst\xe4r\n")
    shutil.copy(scratch.path / "t.docx", scratch.path / "dir/c.docx")
    code, _, err = scratch.run(f"lightlda-preprocess dir --output=c {FLAGS}")
    check(code == 65 and "dir/b.txt: line 2: invalid UTF-8" in err, f"exit {code}: {err}")
    code, _, err = scratch.run(f"lightlda-preprocess dir none.txt --output=c {FLAGS} --on_bad_file=skip")
    check(code == 0 and "3 files: " in err, f"exit {code}: {err}")
    check(all(f"{name}: " in err for name in ("dir/b.txt", "dir/c.docx", "none.txt")), err)
    check(read(scratch, "dir/a.txt", names=False) == stamps(scratch, "c", names=False), "dir")


def markup_goes(scratch):
    names = sorted(html.entities.name2codepoint)
    marked = "".join(f"<p class='x'>w{i}&{name};v <b>bold</b></p>" for i, name in enumerate(names))
    plain = "".join(f" w{i}{chr(html.entities.name2codepoint[name])}v bold " for i, name in enumerate(names))
    (scratch.path / "m.txt").write_text(marked + "\n", encoding="utf-8")
    (scratch.path / "p.txt").write_text(plain + "\n", encoding="utf-8")
    check(read(scratch, "m.txt --strip=html") == read(scratch, "p.txt"), "html differs from its text")

    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "ann@x.org", "bob@y.org", "Über den Mond"
    mail.set_content("Die Größe des Mondes und der Sterne, " * 5, charset="iso-8859-1", cte="quoted-printable")
    mail.add_alternative("<p>Nur für Leser</p>", subtype="html")
    mail.add_attachment(bytes(range(256)), maintype="application", subtype="octet-stream")
    for name, content in (("mails", bytes(mail)), ("texts", ("Über den Mond\n" + "Die Größe des Mondes und der Sterne, " * 5).encode())):
        (scratch.path / name).mkdir()
        (scratch.path / name / "a").write_bytes(content)
    check(read(scratch, "mails --strip=email") == read(scratch, "texts"), "a mail differs from its text")
    code, _, err = scratch.run(f"lightlda-preprocess mails --strip=email,url --output=d {FLAGS}")
    check(code == 0 and " email header lines" in err and "2 email attachments" in err, err)
    code, _, err = scratch.run(f"lightlda-preprocess mails --strip=mail --output=e {FLAGS}")
    check(code == 64 and "--strip: expected html, email, latex or url" in err, f"exit {code}: {err}")


def the_model_strips_and_reads_tables(scratch):
    scratch.must("printf '<p>sun</p> moon\\n<td>star</td> &amp; sun\\n' > m.txt")
    scratch.must(f"lightlda-preprocess m.txt --strip=html --output=c {FLAGS}")
    scratch.must("lightlda --corpus=c --model=m --num_topics=2 --num_iterations=3")
    command = "lightlda-infer --model=m --words --min_probability=0"
    plain = scratch.must(f"echo 'sun and star moon' | {command}")
    check(scratch.must(f"echo '<i>sun</i> p<br>star td moon' | {command}") == plain, "markup is not taken off")
    (scratch.path / "n.csv").write_text('id,body\n1,"sun\nand star moon"\n', encoding="utf-8")
    check(scratch.must(f"{command} n.csv --text_field=body") == plain, "csv")
    (scratch.path / "n.txt").write_bytes("sun and star moon\n".encode("utf-16"))
    check(scratch.must(f"{command} n.txt") == plain, "UTF-16")


if __name__ == "__main__":
    main([(test.__name__.replace("_", " "), test) for test in (
        same_texts_are_one_corpus, tables_are_read_as_python_reads_them, json_of_any_shape, what_is_no_text_is_said,
        markup_goes, the_model_strips_and_reads_tables)])
