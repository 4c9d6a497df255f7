"""A web page to the report on it: the text as lines, and what the page says beside it.

The body is sought from the deepest element that holds most of the punctuation outside of links: a
report is sentences, and what stands round it is not. It goes on to the sentences round that
element that nothing parts from it, and trafilatura is asked which short lines at its ends are main
text. Every line of it is kept but links and page furniture (``page_furniture.csv``).
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache, cached_property
from typing import Any

from govlaw.definitions import rows, words
from govlaw.sources import limits
from govlaw.sources.encodings import Unreadable
from govlaw.sources.lines import lowered, raised, table, tidy

_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_WITHIN = re.compile(r"<(?:html|head|body)[\s>]", re.I)
_FRAGMENT = re.compile(r"<(?:p|div|br|table|span|h[1-6])\b[^<>]*>", re.I)
_SAVED = re.compile(r"<!--\s*saved from url=\([0-9]+\)(\S+)\s*-->", re.I)
_NO_TAG = re.compile(r"<(?![a-zA-Z!?/])|</(?![a-zA-Z])")
_UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_C1 = re.compile("[\x80-\x9f]")

_SKIPPED = (
    "script", "style", "noscript", "template", "iframe", "object", "select", "button", "input",
    "textarea", "head", "nav", "svg", "audio", "video", "map",
)  # fmt: skip
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "menu", "ol",
    "option", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "title",
    "tr", "ul",
))  # fmt: skip
_CONTAINERS = frozenset((
    "article", "body", "center", "dd", "div", "dl", "form", "main", "section", "table", "tbody",
    "td", "ul",
))  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_PRE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.I)

_OWN = {"author", "written", "document_number", "title"}  # fields of the document itself
_OPENING = " |[【（("
_AROUND = re.compile(r"[\s:：\[\]【】]")
_BARE = re.compile(r"[\s|]")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_MARKS = re.compile(r"[，。；、！？,;]")
_HAN = re.compile("[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[。；！？;]|，.{4,}，|[：:]$")
_MOST_OF_IT = 0.5  # of the punctuation of the element round it
_SHORT_LINES = 20  # above and below the sentences: title, number, addressee; issuer, date
_LIKE_A_TITLE = 0.8


@dataclass(slots=True)
class Page:
    """The text of a page, what it says of itself by field, and its own address."""

    text: str
    said: dict[str, str] = field(default_factory=dict)
    address: str = ""


@dataclass
class _Line:
    text: str
    element: Any
    links: float = 0.0

    @cached_property
    def sentence(self) -> bool:
        """Whether it reads as part of a text, and not as what stands round one."""
        return (
            self.links < 0.5
            and len(_HAN.findall(self.text)) >= 10
            and _SENTENCE.search(self.text) is not None
            and not _furniture(self.text)
            and not _is_label(self.text)
        )


def is_page(text: str) -> bool:
    """Tell whether a text is a web page, whatever its file is called."""
    return bool(_START.match(text)) or bool(_WITHIN.search(text[:2000]))


def is_fragment(text: str) -> bool:
    """Tell whether a text is at least a piece of a page: markup without its head."""
    return len(_FRAGMENT.findall(text[:20_000])) >= 2


def read(markup: str) -> Page:
    """Return the report on a page.

    Parameters
    ----------
    markup : the decoded page; declarations of an encoding in it are passed over

    Raises
    ------
    Unreadable
        If the page holds no sentence, is nested too deeply, or is no markup at all.
    """
    from lxml import etree

    saved = _SAVED.search(markup[:5000])
    markup = _UNPRINTED.sub("", _NO_TAG.sub("&lt;", markup))
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
    try:
        root = etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        root = None
    if root is None:
        raise Unreadable("holds no page; save it from the browser again")
    said, address = _tags(root)
    address = (saved[1] if saved else "") or address
    etree.strip_elements(root, etree.Comment, *_SKIPPED, with_tail=False)
    body = root.find("body")
    body = root if body is None else body
    everything = _lines(body)
    if sum(len(line.text) for line in everything) > limits.MAX_CHARACTERS:
        raise Unreadable(f"more than {limits.MAX_CHARACTERS} characters; save the report by itself")
    if not any(line.sentence for line in everything):
        raise Unreadable(
            "the page holds no sentence of a report; if it shows one in the browser, save it from "
            "there as it is shown, or save the document that it links to"
        )
    first, inside = _main(body, everything, markup)
    before = everything[:first]
    _facts([line.text for line in before], said)
    text = _report(before, inside, said)
    return Page("\n".join(text) + "\n", {k: v for k, v in said.items() if v}, address)


# -- from elements to lines --------------------------------------------------------------------


def _hidden(element: Any) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or bool(style and _HIDDEN.search(style))


@dataclass(slots=True)
class _Sink:
    """Where text goes: the lines of a page or of a cell, and the line that is being written."""

    lines: list[_Line] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    marker: str = ""  # the number of a list's item, which goes before its first line

    def flush(self, element: Any) -> None:
        written, self.parts = "".join(self.parts), []
        linked, self.linked = self.linked, 0
        if not written:
            return
        line = tidy(_SPACES.sub(_space, written))
        if line:
            line, self.marker = self.marker + line, ""
            self.lines.append(_Line(line, element, linked / max(1, len(written.strip()))))


def _space(match: re.Match[str]) -> str:
    """Return what white space of the source means: nothing where a Chinese line was wrapped."""
    if "\n" not in match[0]:
        return " "
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return "" if (before > "\u2e7f" or after > "\u2e7f") else " "


def _lines(top: Any) -> list[_Line]:
    """Return the lines of an element in the order of the page; no recursion, whatever the depth."""
    from lxml import etree

    sinks = [_Sink()]
    tables: list[list[list[list[_Line]]]] = []
    counters: list[int] = []
    links = depth = preformatted = 0
    blocks = [top]
    walk = etree.iterwalk(top, events=("start", "end"))
    shifted: list[tuple[Any, Any]] = []

    def put(text: str | None) -> None:
        if text:
            sink = sinks[-1]
            text = _C1.sub(_windows, text)
            if shifted:
                text = shifted[-1][1](text)
            if preformatted and "\n" in text:
                for piece in text.splitlines(keepends=True):
                    sink.parts.append(piece)
                    sink.flush(blocks[-1])
            else:
                sink.parts.append(text)
            if links:
                sink.linked += len(text.strip())

    for event, element in walk:
        tag = element.tag
        if event == "start":
            depth += 1
            if depth > limits.MAX_DEPTH:
                raise Unreadable(
                    f"elements are nested more than {limits.MAX_DEPTH} deep; save the page as text"
                )
            if element is not top and _hidden(element):
                walk.skip_subtree()
                element.text = None
                element.set("hidden", "")
                continue
            if tag in ("td", "th"):
                blocks.append(element)
                sinks.append(_Sink())
            elif tag in _BLOCKS:
                sinks[-1].flush(blocks[-1])
                blocks.append(element)
                if tag == "table":
                    tables.append([])
                elif tag == "tr" and tables:
                    tables[-1].append([])
                elif tag == "ol":
                    counters.append(_number(element.get("start"), 1) - 1)
                elif tag == "ul":
                    counters.append(-1)
                elif tag == "li":
                    sinks[-1].marker = _marker(element, counters)
            elif tag == "br":
                sinks[-1].flush(blocks[-1])
            elif tag in ("sup", "sub"):
                shifted.append((element, raised if tag == "sup" else lowered))
            elif tag == "a" and element.get("href"):
                links += 1
            if tag == "pre" or _PRE.search(element.get("style") or ""):
                preformatted += 1
            put(element.text)
            continue
        depth -= 1
        if not (element is not top and element.get("hidden") is not None):
            if tag == "pre" or _PRE.search(element.get("style") or ""):
                preformatted -= 1
            if tag in ("td", "th"):
                sink = sinks.pop()
                sink.flush(element)
                blocks.pop()
                if tables:
                    tables[-1] = tables[-1] or [[]]  # a cell in no row
                    tables[-1][-1].append(sink.lines)
                else:
                    sinks[-1].lines += sink.lines
            elif tag in _BLOCKS:
                sinks[-1].flush(element)
                blocks.pop()
                if tag == "table" and tables:
                    sinks[-1].lines += _table(tables.pop(), element)
                elif tag in ("ol", "ul") and counters:
                    counters.pop()
                elif tag == "li":
                    sinks[-1].marker = ""
            elif tag in ("sup", "sub"):
                shifted.pop()
            elif tag == "a" and element.get("href"):
                links -= 1
        if element is not top:
            put(element.tail)
    sinks[0].flush(top)
    return sinks[0].lines


def _table(cells: list[list[list[_Line]]], element: Any) -> list[_Line]:
    """Return the lines of a table; a line made of several cells belongs to the row's element."""
    found: list[_Line] = []
    for row in cells:
        by_text = {line.text: line for cell in row for line in cell}
        owner = next((line.element for cell in row for line in cell), element)
        while owner is not element and owner.tag != "tr":
            owner = owner.getparent()
        share = max((line.links for cell in row for line in cell), default=0.0)
        for text in table([[[line.text for line in cell] for cell in row]]):
            found.append(by_text.get(text) or _Line(text, owner, share))
    return found


def _windows(match: re.Match[str]) -> str:
    """Return what &#150; and its like mean: a character of Windows-1252, such as a dash."""
    return match[0].encode("latin-1").decode("cp1252", "ignore")


def _number(value: str | None, otherwise: int) -> int:
    return int(value) if value and re.fullmatch("[0-9]{1,4}", value) else otherwise


def _marker(element: Any, counters: list[int]) -> str:
    """Return the number that a browser writes before an item of a numbered list."""
    parent = element.getparent()
    if not counters or parent is None or parent.tag != "ol":
        return ""
    counters[-1] = _number(element.get("value"), counters[-1] + 1)
    plain = (parent.get("type") or "1") == "1" and "none" not in (parent.get("style") or "")
    return f"{counters[-1]}. " if plain else ""


# -- which of it is the report -----------------------------------------------------------------


def _main(body: Any, everything: list[_Line], markup: str) -> tuple[int, list[_Line]]:
    """Return where the report starts among the lines of a page, and its lines.

    From the densest element it goes on to sentences that follow without a link or a piece of
    furniture between, over such a gap only to elements that are marked up in the same way, and to
    the short lines at both ends that trafilatura takes for main text: title, addressee, date.
    """
    densest = _densest(body, everything)
    elements = set(densest.iter())
    held = [i for i, line in enumerate(everything) if line.element in elements]
    gaps = [
        _left_out(line) or (_is_label(line.text) and not (at > held[0] and _is_own(line.text)))
        for at, line in enumerate(everything)
    ]
    for at in range(1, len(everything)):  # the value of a label that stands alone
        if _bare(everything[at - 1].text) is not None and not everything[at].sentence:
            gaps[at] = True
    witness = ""

    def is_main(at: int) -> bool:
        nonlocal witness
        witness = witness or _BARE.sub("", _trafilatura(markup)) or "-"
        return _BARE.sub("", everything[at].text)[:40] in witness

    def reach(at: int, step: int) -> int:
        last, here, gap = at, at + step, False
        while 0 <= here < len(everything):
            gap = gap or gaps[here]
            if everything[here].sentence and (not gap or _alike(everything[here], densest)):
                last, gap = here, False
            here += step
        for here in range(last + step, last + step * (1 + _SHORT_LINES), step):
            if not 0 <= here < len(everything) or gaps[here] or not is_main(here):
                break
            last = here
        return last

    first, last = reach(held[0], -1), reach(held[-1], 1)
    return first, everything[first : last + 1]


def _is_own(line: str) -> bool:
    """Tell whether a labelled line tells of the document, and may stand below its text."""
    match = _labels()[1].match(line)
    return match is not None and _labels()[0][re.sub(r"\s", "", match[1])] in _OWN


def _alike(line: _Line, densest: Any) -> bool:
    """Tell whether a line stands in an element that is marked up as the densest one is."""
    parent, element = densest.getparent(), line.element
    while element is not None and element.getparent() is not parent:
        element = element.getparent()
    return element is not None and (element.tag, element.get("class")) == (
        densest.tag,
        densest.get("class"),
    )


def _densest(body: Any, everything: list[_Line]) -> Any:
    """Return the deepest element with most of the punctuation that stands in sentences."""
    weights: dict[Any, int] = {}
    for line in everything:
        if line.sentence:
            weight = len(_MARKS.findall(line.text))
            element = line.element
            while element is not None:
                weights[element] = weights.get(element, 0) + weight
                if element is body:
                    break
                element = element.getparent()
    found = body
    while True:
        most = _MOST_OF_IT * max(1, weights.get(found, 0))
        inner = next((child for child in found if weights.get(child, 0) >= most), None)
        if inner is None:
            break
        found = inner
    while found is not body and found.tag not in _CONTAINERS:
        found = found.getparent()
    return found


def _trafilatura(markup: str) -> str:
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it tells of pages it finds odd
    try:
        return trafilatura.extract(markup, include_comments=False, include_tables=True) or ""
    except Exception:  # then no line counts as main text by its word
        return ""


@cache
def _furnishings() -> tuple[re.Pattern[str], frozenset[str]]:
    """Return the pattern of lines that are no text, and the labels of a page's header."""
    listed = rows("page_furniture")
    lines = "|".join(f"(?:{row['pattern']})" for row in listed if row["kind"] == "line")
    labels = {row["pattern"] for row in listed if row["kind"] == "label"}
    return re.compile(lines), frozenset(labels)


@cache
def _labels() -> tuple[dict[str, str], re.Pattern[str]]:
    """Return the field of every label (empty for labels of no field), and a pattern of them all."""
    fields = dict.fromkeys(_furnishings()[1], "")
    for row in rows("metadata"):
        fields.update(dict.fromkeys(words(row["label"]), row["field"]))
    spaced = (r"\s*".join(map(re.escape, label)) for label in sorted(fields, key=len, reverse=True))
    edge = r"(?:^|(?<=[\s\[【|（(]))"
    return fields, re.compile(rf"{edge}({'|'.join(spaced)})\s*(?:[:：\]】]|(?=\s*\|))")


def _furniture(line: str) -> bool:
    return _furnishings()[0].fullmatch(re.sub(r"\s", "", line)) is not None


def _bare(line: str) -> str | None:
    """Return the field of a label that stands alone on its line, empty for one of no field."""
    return _labels()[0].get(_AROUND.sub("", line)) if len(line) < 20 else None


def _is_label(line: str) -> bool:
    """Tell whether a line opens with a label of a page's header."""
    if _bare(line) is not None:
        return True
    match = _labels()[1].search(line[:60])
    return match is not None and not line[: match.start()].strip(_OPENING)


def _facts(lines: list[str], said: dict[str, str]) -> list[str]:
    """Take the labels with their values into ``said``; return the lines that are not a header's.

    A run of labelled lines is the header of a page if any of them tells of the page. Lines that
    tell of the document alone (报告单位, 成文日期) are its own, and stay in its text.
    """
    fields, pattern = _labels()
    left: list[str] = []
    run: list[str] = []  # labelled lines that follow each other
    named: set[str] = set()  # their fields
    waiting: str | None = None
    for line in [*lines, ""]:
        found = list(pattern.finditer(line))
        bare = _bare(line)
        if bare is not None:  # a label alone: its value is the next line
            waiting = bare
            named.add(bare)
        elif found and not line[: found[0].start()].strip(_OPENING):
            ends = [match.start() for match in found[1:]] + [len(line)]
            for match, end in zip(found, ends, strict=True):
                name = fields[re.sub(r"\s", "", match[1])]
                _say(said, name, line[match.end() : end])
                named.add(name)
            waiting = None
        elif waiting is not None and line and len(line) < 80:
            _say(said, waiting, line)
            waiting = None
        else:
            left += run if named <= _OWN else []
            run, named, waiting = [], set(), None
            left.append(line)
            continue
        run.append(line)
    return left[:-1]


def _say(said: dict[str, str], name: str, value: str) -> None:
    value = value.strip(_OPENING + "]】\u3000")
    if name and value:
        said.setdefault(name, value)


def _report(before: list[_Line], inside: list[_Line], said: dict[str, str]) -> list[str]:
    """Return the lines of the report: its title if it stands above, its head, its text."""
    start = next((i for i, line in enumerate(inside) if line.sentence), len(inside))
    listed = [line.text for line in inside[:start] if not _left_out(line)]
    head = list(dict.fromkeys(_facts(listed, said)))  # a title is often printed twice
    rest = [line.text for line in inside[start:] if not _left_out(line)]
    title = _title(before, said)
    if title and not _opens_with(title, head + rest[:2]):
        head.insert(0, title)
    return head + rest


def _left_out(line: _Line) -> bool:
    if line.links > 0.7 and not line.sentence and len(line.text) < 80:
        return True
    return _furniture(line.text)


def _title(before: list[_Line], said: dict[str, str]) -> str:
    """Return the line above the body that the page's own title names."""
    named = re.sub(r"\s", "", said.get("title", ""))
    if not named:
        return ""
    for line in reversed(before):
        bare = re.sub(r"\s", "", line.text)
        if len(bare) >= 6 and line.links < 0.5 and (bare in named or named in bare):
            said["title"] = line.text
            return line.text
    return ""


def _opens_with(title: str, lines: list[str]) -> bool:
    bare = re.sub(r"\s", "", title)
    head = [re.sub(r"\s", "", line) for line in lines[:8]]
    runs = ("".join(head[i:j]) for i in range(len(head)) for j in range(i + 1, i + 4))
    return any(
        SequenceMatcher(None, bare, run[: 2 * len(bare)]).ratio() > _LIKE_A_TITLE for run in runs
    )


# -- what the page says beside its text --------------------------------------------------------


@cache
def _tag_fields() -> tuple[dict[str, str], ...]:
    return rows("page_tags")


def _tags(root: Any) -> tuple[dict[str, str], str]:
    """Return what the tags of a page's head say, by field, and the address that it gives itself."""
    metas: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").lower()
        value = tidy(_SPACES.sub(" ", meta.get("content") or ""))
        if name and value:
            metas.setdefault(name, value)
    said: dict[str, str] = {}
    for row in _tag_fields():
        value = metas.get(row["tag"], "")
        if value and "\ufffd" not in value:
            said.setdefault(row["field"], value)
    if "title" not in said:
        found = root.find(".//title")
        whole = tidy(_SPACES.sub(" ", "".join(found.itertext()))) if found is not None else ""
        said["title"] = _without_site(whole, said.get("site", ""))
    links = (link.get("href") or "" for link in root.iter("link") if link.get("rel") == "canonical")
    address = next((link for link in links if link.startswith("http")), "") or metas.get(
        "og:url", ""
    )
    return said, address if address.startswith("http") else ""


def _without_site(title: str, site: str) -> str:
    """Return a page's title without the name of its site: 甲市2024年…报告_甲市人民政府."""
    if "\ufffd" in title:
        return ""
    if site:
        title = re.sub(rf"[\s_|—–-]*{re.escape(site)}\s*$", "", title)
    return re.split(r"\s*[_|]\s*|\s+[-—–]+\s+|--+", title)[0].strip()
