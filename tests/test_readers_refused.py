"""Encodings that must not be guessed wrongly, and files that are refused in one clear line."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import rendering
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govlaw import corpus, sources
from govlaw.errors import SourceError
from govlaw.sources import encodings, limits, pdf

STABLE = settings(
    deadline=None, derandomize=True, max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
LINES = [
    "甲山市人民政府关于2024年度法治政府建设情况的报告",
    "2024年，全市办理行政复议案件305件，审结280件，调解率98.7%，现将有关情况报告如下。",
    "一、主要工作",
    "全年开展培训40期，培训1.2万人次，发放手册2.5万余册；减免罚款810.25万元。",
]
TEXT = rendering.plain(LINES)
TRADITIONAL = "全縣辦理行政複議案件305件，審結280件，調解率98.7%。"


# -- encodings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((TEXT, name) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                    "utf-32", "gb2312", "gbk", "gb18030")),
        (TEXT + "浉河区㮾梨街道𠮷办理30件。", "gb18030"),
        (TEXT.replace("，", ",") * 30, "utf-16-le"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "gbk"),
        ("联通", "gbk"),
        ("正文30件", "gb18030"),
        ("30件", "utf-8"),
        ("plain words, 30 of them", "ascii"),
    ],
)  # fmt: skip
def test_encodings(text: str, encoding: str) -> None:
    """Text in any encoding of Chinese comes back as it was written."""
    assert encodings.decode(text.encode(encoding)) == text


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    st.lists(
        st.sampled_from([*LINES, "办理３０件，占９８％。", "10—15天", "30件\r\n", "\t"]), min_size=1
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_round_trip(pieces: list[str], encoding: str) -> None:
    """Whatever a Chinese text is made of, decoding gives back every character of it."""
    text = "\n".join(["全市的工作情况", *pieces])
    assert encodings.decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "declared", ["gb2312", "utf-8", "big5", "iso-8859-1", "nonsense", "utf-16"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_wrong_declaration_changes_nothing(declared: str, encoding: str, tmp_path: Path) -> None:
    """The bytes decide, whatever the page declares, in two ways of declaring it."""
    for head in (rendering.declared(declared), f"<meta charset='{declared}'>"):
        raw = rendering.trs(LINES, head, LINES[0]).encode(encoding)
        (tmp_path / "a.html").write_bytes(raw)
        assert rendering.paragraphs(sources.read(tmp_path / "a.html").text) == LINES
    xml = b"<?xml version='1.0' encoding='" + declared.encode() + b"'?>\n" + raw
    (tmp_path / "a.xhtml").write_bytes(xml)
    assert rendering.paragraphs(sources.read(tmp_path / "a.xhtml").text) == LINES


def test_a_mark_before_another_encoding() -> None:
    """A mark of UTF-8 that some tool put before GBK does not hide the text."""
    assert encodings.decode(b"\xef\xbb\xbf" + TEXT.encode("gbk")) == TEXT


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_description_cut_within_a_character(encoding: str, tmp_path: Path) -> None:
    """A page whose description was cut by bytes is read; one whose text is damaged is not."""
    whole = rendering.trs(LINES, "<meta name='description' content='@'>", LINES[0])
    before, after = whole.encode(encoding).split(b"@")
    cut = "全市办理案件".encode(encoding)[:-1]
    (tmp_path / "a.html").write_bytes(before + cut + after)
    assert rendering.paragraphs(sources.read(tmp_path / "a.html").text) == LINES
    damaged = (before + cut + after).replace("审结".encode(encoding), b"\xff")
    (tmp_path / "b.html").write_bytes(damaged)
    with pytest.raises(SourceError, match="UTF-8"):
        sources.read(tmp_path / "b.html")


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_a_damaged_text_is_not_guessed(at: float, tmp_path: Path) -> None:
    """UTF-8 that lost a byte is refused: read as another encoding it would hold other figures."""
    raw = TEXT.encode()
    place = int(len(raw) * at)
    while raw[place] < 0x80:
        place += 1
    path = tmp_path / "a.txt"
    path.write_bytes(raw[:place] + raw[place + 1 :])
    with pytest.raises(SourceError, match="UTF-8"):
        sources.read(path)


# -- files that are refused --------------------------------------------------------------------


def zipped(members: dict[str, bytes]) -> bytes:
    """Return an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return out.getvalue()


def with_part(part: str, content: bytes | Callable[[bytes], bytes]) -> bytes:
    """Return a document in which one part is another."""
    with zipfile.ZipFile(io.BytesIO(rendering.docx(LINES))) as package:
        members = {name: package.read(name) for name in package.namelist()}
    members[part] = content(members.get(part, b"")) if callable(content) else content
    return zipped(members)


def scan() -> bytes:
    """A PDF whose only page is a picture."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    width, height = 60, 80
    row = b"\x00" + b"\x80" * width
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))  # fmt: skip

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    png = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
           + chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b""))  # fmt: skip
    out = io.BytesIO()
    drawn = canvas.Canvas(out)
    drawn.drawImage(ImageReader(io.BytesIO(png)), 0, 0, 595, 842)
    drawn.save()
    return out.getvalue()


def locked() -> bytes:
    """A PDF that asks for a password."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    drawn = canvas.Canvas(out, encrypt=StandardEncryption("secret", strength=128))
    drawn.drawString(100, 700, "30")
    drawn.save()
    return out.getvalue()


def flagged(raw: bytes) -> bytes:
    """Return an archive whose members say that they are encrypted."""
    out = bytearray(raw)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = out.find(mark)
        while place >= 0:
            out[place + at] |= 1
            place = out.find(mark, place + 4)
    return bytes(out)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    b"]><a>&b;</a>"
)
DEEP = b"<w:r>" * 5000 + b"</w:r>" * 5000
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a scan": (scan, "no text layer.*OCR"),
    "an encrypted PDF": (locked, "encrypted.*password"),
    "a PDF cut off": (lambda: rendering.pdf(LINES * 40)[:-2000], "cut off"),
    "a PDF of nothing": (lambda: b"%PDF-1.7\n%%EOF\n", "damaged"),
    "a PDF that is noise": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 99 + b"%%EOF", "PDF"),
    "a .doc": (lambda: OLE + bytes(5000), r"\.doc.*save it as \.docx"),
    "an encrypted document": (
        lambda: OLE + bytes(99) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "RTF": (lambda: rb"{\rtf1\ansi 30}", r"RTF.*\.docx"),
    "OFD": (lambda: zipped({"OFD.xml": b"<a/>", "Doc_0/Document.xml": b""}), "OFD.*PDF"),
    "a spreadsheet": (lambda: zipped({"xl/workbook.xml": b"<a/>"}), "spreadsheet"),
    "an archive": (lambda: zipped({"a.txt": TEXT.encode()}), "unpack"),
    "an archive in an archive": (lambda: zipped({"a.zip": zipped({"b": b"1"})}), "unpack"),
    "an archive cut off": (lambda: rendering.docx(LINES)[:3000], "cut off"),
    "a zip bomb": (
        lambda: zipped({"word/document.xml": bytes(limits.MAX_UNPACKED + 1)}), "unpacks to more"),
    "many members": (
        lambda: zipped({f"{i}.xml": b"" for i in range(limits.MAX_MEMBERS + 1)}),
        "unpacks to more"),
    "a part too large": (
        lambda: with_part("word/document.xml", bytes(limits.MAX_PART + 1)), "too large"),
    "a path out of the archive": (lambda: with_part("../../etc/x.xml", b"<a/>"), "outside"),
    "an absolute path": (lambda: with_part("/etc/x.xml", b"<a/>"), "outside"),
    "an encrypted archive": (lambda: flagged(rendering.docx(LINES)), "password"),
    "entities": (lambda: with_part("word/document.xml", ENTITIES), "entities"),
    "entities in another part": (lambda: with_part("word/styles.xml", ENTITIES), "entities"),
    "a document without text": (lambda: rendering.docx([]), "no text"),
    "a document without its root": (
        lambda: with_part("word/document.xml", b"<a/>"), "damaged|no text"),
    "XML that is none": (lambda: with_part("word/document.xml", b"\x00\x01"), "damaged"),
    "nested runs": (
        lambda: with_part("word/document.xml",
                          lambda xml: xml.replace(b"<w:body><w:p>", b"<w:body><w:p>" + DEEP, 1)),
        "nested|damaged"),
    "a web archive": (
        lambda: b"From: <a>\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n", "web archive"),
    "gzip": (lambda: b"\x1f\x8b\x08" + bytes(99), "unpack"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "picture.*OCR"),
    "a page without text": (
        lambda: b"<html><body><div id=app></div><script>1</script></body></html>", "no sentence"),
    "a frameset": (lambda: b"<html><frameset><frame src=a></frameset></html>", "no sentence"),
    "divisions": (lambda: b"<html>" + b"<div>" * 100_000 + TEXT.encode(), "nested"),
    "tables": (lambda: b"<html>" + b"<table><tr><td>" * 20_000 + TEXT.encode(), "nested"),
    "a long page": (
        lambda: b"<html><p>" + "办理30件。".encode() * 600_000, "characters|MB"),
    "a long text": (lambda: "办理30件。".encode() * 400_000, "characters"),
    "a text too large": (lambda: b"1" * (limits.MAX_TEXT_BYTES + 1), "MB"),
    "a file too large": (lambda: b"%PDF-" + bytes(limits.MAX_BYTES), "larger than"),
    "control characters": (lambda: b"\x01\x02\x03 " * 99, "not a text file"),
    "a byte that is no text": (lambda: b"\xff", "UTF-8"),
    "text cut within a character": (lambda: TEXT.encode()[:-3], "cut off"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path) -> None:
    """A file that cannot be read is refused soon, in one line that names it and what to do."""
    make, said = REFUSED[name]
    path = tmp_path / "report.html"
    path.write_bytes(make())
    started = time.monotonic()
    with pytest.raises(SourceError, match=f"(?s){said}") as caught:
        sources.read(path)
    assert time.monotonic() - started < 30
    message = str(caught.value)
    assert message.startswith(f"{path}: ") and "\n" not in message and len(message) < 400


def test_the_corpus_goes_on(tmp_path: Path) -> None:
    """Refused files are listed one by one, and the reports beside them are read."""
    folder = tmp_path / "reports"
    folder.mkdir()
    small = [name for name in REFUSED if "large" not in name and "long" not in name]
    for i, name in enumerate(small):
        (folder / f"bad_{i}.pdf").write_bytes(REFUSED[name][0]())
    (folder / "good.pdf").write_bytes(rendering.pdf(LINES))
    (folder / "good_page.html").write_text(rendering.trs(LINES), encoding="gbk")
    (folder / "page_files").mkdir()
    (folder / "page_files" / "frame.html").write_text(rendering.trs(LINES), encoding="utf-8")
    outcome = corpus.extract([folder], tmp_path / "out")
    assert outcome.read == ("good", "good_page")
    assert len(outcome.refused) == len(small)


def test_a_pdf_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF on which the reader hangs is given up, and the next one is read."""
    with pytest.raises(encodings.Unreadable, match="more than 0 seconds"):
        pdf.read(rendering.pdf(LINES * 200), seconds=0)
    assert "305件" in pdf.read(rendering.pdf(LINES))


def test_a_reader_that_comes_down() -> None:
    """When the process that reads PDF dies, the next file starts it again."""
    pdf.read(rendering.pdf(LINES))
    process = pdf._worker._process
    assert process is not None
    assert process.stdin is not None
    process.kill()
    process.wait()
    process.stdin.write(b"cut")  # still to be sent when it is put aside
    pdf._worker._close()
    assert "305件" in pdf.read(rendering.pdf(LINES))


# -- anything at all ---------------------------------------------------------------------------

STARTS = [
    b"", b"%PDF-1.4\n", b"PK\x03\x04", b"<html>", b"<!DOCTYPE html><p>", b"\xef\xbb\xbf",
    b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", OLE, b"---\n", b"\x1f\x8b",
    TEXT.encode(), TEXT.encode("gbk"),
]  # fmt: skip
SUFFIX = st.sampled_from([".txt", ".md", ".html", ".pdf", ".docx", ""])


def only_source_errors(path: Path) -> None:
    """Read a file that may be anything."""
    try:
        document = sources.read(path)
    except SourceError as error:
        assert "\n" not in str(error)
    else:
        assert document.text.strip()


@STABLE
@given(st.sampled_from(STARTS), st.binary(max_size=400), st.sampled_from([b"", b"%%EOF"]), SUFFIX)
def test_any_bytes(tmp_path: Path, start: bytes, rest: bytes, end: bytes, suffix: str) -> None:
    """No bytes raise anything but a SourceError."""
    path = tmp_path / f"report{suffix}"
    path.write_bytes(start + rest + end)
    only_source_errors(path)


WHOLE = {
    ".pdf": rendering.pdf(LINES),
    ".docx": rendering.docx(LINES),
    ".html": rendering.trs(LINES).encode("gbk"),
    ".txt": TEXT.encode("utf-16"),
}


@STABLE
@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 10_000), st.integers(1, 30))
def test_damaged_files(tmp_path: Path, suffix: str, seed: int, changes: int) -> None:
    """A file with changed, lost or doubled bytes raises nothing but a SourceError."""
    rng = random.Random(seed)
    raw = bytearray(WHOLE[suffix])
    for _ in range(changes):
        at = rng.randrange(len(raw))
        what = rng.randrange(3)
        if what == 0:
            raw[at] = rng.randrange(256)
        elif what == 1:
            del raw[at : at + rng.randrange(1, 40)]
        else:
            raw[at:at] = raw[at : at + rng.randrange(1, 40)]
    path = tmp_path / f"damaged{suffix}"
    path.write_bytes(bytes(raw))
    only_source_errors(path)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<br>", "<ol>", "<li>",
             "</ol>", "<sup>", "</sup>", "<a href=x>", "</a>", "<pre>", "<div hidden>",
             "</div>", "<", "&#150;", "&nbsp;", "<!--", "-->", "\n", "甲",
             "办理30件，审结20件，效果良好，群众满意。",
             "<html>", "<body>", "<frameset>", "<svg>", "<title>", "索引号：", "发布日期 | "]
        ),
        max_size=60,
    )
)  # fmt: skip
def test_any_markup(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    """No sequence of tags raises anything but a SourceError."""
    path = tmp_path_factory.getbasetemp() / "any.html"
    path.write_text("<html>" + "".join(pieces), encoding="utf-8")
    only_source_errors(path)
