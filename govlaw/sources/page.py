"""What a page says of itself: title, issuer, place, period, dates, numbers, and where it says so.

Only what the page states is filled in; the rest stays empty. The report year is taken from the
title or the first sentences, never from the date of publication. ``docs/metadata.md`` has the
rules in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from govlaw.model import Metadata
from govlaw.sources import blocks, dates, issuers, titles, whereabouts
from govlaw.sources.blocks import Found
from govlaw.sources.titles import Title
from govlaw.sources.whereabouts import Evidence
from govlaw.sources.wording import pattern
from govlaw.text import fold

_HEAD_LINES = 60  # lines with text that can belong to the head of a page
_HEAD_LENGTH = 20_000
_LINE_LENGTH = 600
_LONGEST_ADDRESS = 2_000
_LONG = 30  # characters from which on a line is a sentence of the body
_OPENING_LINES = 4  # lines of the body that may tell place and year


def describe(text: str, said: Mapping[str, str] | None = None, address: str = "") -> Metadata:
    """Return what a page says of itself; what it does not say is empty.

    Parameters
    ----------
    text : the text of the page
    said : what the file says beside its text (tags of a page, properties of a document), by field:
        title, published, publisher, site, document_number, index_number, written
    address : the address that the page was fetched from, if it is known

    Returns
    -------
    Metadata
        With ``origins`` as ``field=origin;…``: heading, label:…, tag, title, issuer,
        first_sentence, host, address, session, signature, containing.
    """
    said = {n: " ".join(fold(v[:_LINE_LENGTH]).split()) for n, v in (said or {}).items() if v}
    address = address[:_LONGEST_ADDRESS]
    folded = fold(text)
    lines = _head(folded)
    block = blocks.read(lines)
    title = titles.find(lines, block.lines, block.values, said)
    kind = titles.kind(title.text)
    body = _body(lines, block.lines, title.after)
    if kind not in ("annual_report", "plan", "evaluation") and _opens_a_report(body):
        kind = "annual_report"  # about one page in five starts with its body
    found: dict[str, str] = {"title": title.text, "kind": kind}
    origins: dict[str, str] = {"title": title.origin}

    _put_period(found, origins, title, block.values, said, body if kind == "annual_report" else [])
    authors, origins["issuer"] = _issuers(title, lines, block.values)
    found["issuer"] = ";".join(author.name for author in authors)
    found["addressee"] = _addressee(lines, block.lines)
    origins["addressee"] = "heading"
    _put_place(found, origins, title, authors, block.values, said, body, folded, address)
    _put_dates(found, origins, title, lines, block, said, folded, address)
    _put_numbers(found, origins, lines, block.values, said)
    known = found | {"period": found["period_end"]}
    origin = ";".join(f"{name}={at}" for name, at in origins.items() if at and known.get(name))
    return Metadata(**found, origins=origin)


def _head(folded: str) -> list[str]:
    lines = []
    for line in folded[:_HEAD_LENGTH].splitlines():
        line = " ".join(line.split())
        if line and not pattern("banner").match(line[:60]):
            lines.append(line[:_LINE_LENGTH])
    return lines[:_HEAD_LINES]


def _body(lines: Sequence[str], taken: frozenset[int], after: int) -> list[str]:
    """Return the first lines of the body: those below the title that are long, or say 我市."""
    found = []
    for number, line in enumerate(lines):
        if number < after or (number in taken and len(line) < 2 * _LONG) or line.count(">") > 1:
            continue
        if len(line) >= _LONG or line.startswith("现将") or pattern("year_first").match(line):
            found.append(line)
    return found[:_OPENING_LINES]


def _opens_a_report(body: Sequence[str]) -> bool:
    opening = "\n".join(body)
    lead_out = pattern("lead_out").search(opening)
    return bool(lead_out and pattern("topic").search(opening, 0, lead_out.end()))


def _put_period(
    found: dict[str, str],
    origins: dict[str, str],
    title: Title,
    labelled: Mapping[str, Found],
    said: Mapping[str, str],
    body: Sequence[str],
) -> None:
    beside = [("title", title.text)]
    if "title" in labelled:
        beside.append((f"label:{labelled['title'].label}", labelled["title"].value))
    beside.append(("tag", said.get("title", "")))
    start = end = origin = ""
    for origin, named in beside:
        if origin == "title" or pattern("topic").search(named):
            start, end = dates.years(named)
            if start:
                break
    else:
        origin = "first_sentence"
        start, end = dates.of_report(body)
    found["period_start"], found["period_end"] = start, end
    origins["period"] = origin if start else ""


def _issuers(
    title: Title, lines: Sequence[str], labelled: Mapping[str, Found]
) -> tuple[list[issuers.Issuer], str]:
    """Return who issued a page: by its title, by lines of their own above the text, by a label."""
    named = issuers.parse(issuers.front(title.text))
    if named:
        return named, "title"
    first = max(title.after - 6, 0)
    for line in lines[first : title.after + 4] if title.after else lines[:4]:
        named = issuers.parse(line)
        bureau = bool(named) and named[-1].kind == "department"
        if named and not (bureau and (not title.after or issuers.place_words(title.text))):
            return named, "heading"
    if "author" in labelled:
        named = issuers.parse(labelled["author"].value)
        if named:
            return named, f"label:{labelled['author'].label}"
    return [], ""


def _put_place(
    found: dict[str, str],
    origins: dict[str, str],
    title: Title,
    authors: Sequence[issuers.Issuer],
    labelled: Mapping[str, Found],
    said: Mapping[str, str],
    body: Sequence[str],
    folded: str,
    address: str,
) -> None:
    own = found["kind"] in ("annual_report", "plan")
    named = [Evidence(words, "title") for words in _of_title(title.text, own)]
    if authors:  # who writes a news item is not what it is about
        named.insert(0 if own else len(named), Evidence(authors[-1].name, "issuer"))
    if "title" in labelled:
        label = f"label:{labelled['title'].label}"
        named += [Evidence(words, label) for words in _of_title(labelled["title"].value, own)]
    if pattern("topic").search(said.get("title", "")):
        named += [Evidence(words, "tag") for words in _of_title(said["title"], own)]
    named += [Evidence(words, "first_sentence") for words in _of_body(body)]
    beside = [
        Evidence(labelled[field].value, f"label:{labelled[field].label}")
        for field in ("author", "publisher")
        if field in labelled
    ]
    beside += [Evidence(said[name], "tag") for name in ("publisher", "site") if name in said]
    context = [evidence.words for evidence in (*named, *beside)]
    context += [author.name for author in authors]
    context += found["addressee"].split("、")
    year = int(found["period_end"]) if found["period_end"] else None
    place = whereabouts.find(
        named, beside, _host(address), year, context, whereabouts.self_word([folded[:_HEAD_LENGTH]])
    )
    if place.level == "department" and not own:
        place = replace(place, level=whereabouts.level_of(place.region))
    found["region"], found["level"], found["province"] = place.region, place.level, place.province
    found["adcode"], found["harmonised"] = place.adcode, place.harmonised
    origins["region"] = origins["level"] = place.region_origin
    origins["adcode"] = place.adcode_origin


def _of_title(title: str, own: bool) -> list[str]:
    """Return the words of a title that may name its place, best first."""
    title = titles.unwrapped(title)
    found = [issuers.front(title), issuers.second(title)]
    inside = title.partition("《")[2]
    if inside:
        found.append(issuers.front(inside))
    found.insert(len(found) if own else 0, whereabouts.headline(title))
    return [words for words in dict.fromkeys(found) if words]


def _of_body(body: Sequence[str]) -> list[str]:
    """Return the names with which the first sentences may speak of their place."""
    found = []
    for line in body:
        for match in pattern("lead_place").finditer(line):
            name = next((n for n in match.groups() if n), "")
            if name and not pattern("not_place").search(name):
                found.append(name)
    return found


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _put_dates(
    found: dict[str, str],
    origins: dict[str, str],
    title: Title,
    lines: Sequence[str],
    block: blocks.Block,
    said: Mapping[str, str],
    folded: str,
    address: str,
) -> None:
    for field in ("published", "written"):
        found[field] = origins[field] = ""
        if field in block.values:
            found[field] = block.values[field].value
            origins[field] = f"label:{block.values[field].label}"
        elif day := dates.find(said.get(field, "")[:40]):
            found[field], origins[field] = day, "tag"
    below = lines[title.after : title.after + 4] if title.after else []
    if not found["published"]:  # 2025-03-28 09:18 below the title, without a label
        day = next((d for line in below if dates.has_clock(line) and (d := dates.alone(line))), "")
        found["published"], origins["published"] = day, "line"
    if not found["written"]:
        session = next((line for line in below if pattern("session").match(line)), "")
        own = titles.dated(lines[title.after - 1]) if title.after else ""
        bracket = next((line for line in below if line[0] in "（(" and dates.alone(line)), own)
        day = dates.find((session or bracket)[:60])
        found["written"], origins["written"] = day, "session" if session else "brackets"
    if not found["written"]:
        tail = [line.strip() for line in folded[-2000:].splitlines() if line.strip()]
        found["written"], origins["written"] = dates.signed(tail), "signature"
    found["address_date"], origins["address_date"] = dates.in_address(address), "address"


def _put_numbers(
    found: dict[str, str],
    origins: dict[str, str],
    lines: Sequence[str],
    labelled: Mapping[str, Found],
    said: Mapping[str, str],
) -> None:
    for field in ("document_number", "index_number"):
        found[field] = origins[field] = ""
        if field in labelled:
            found[field], origins[field] = labelled[field].value, f"label:{labelled[field].label}"
        elif said.get(field):
            found[field], origins[field] = blocks.checked(field, said[field]), "tag"
    if not found["document_number"]:
        alone = (pattern("number").fullmatch(line.strip("()（）")) for line in lines)
        number = next((match[0] for match in alone if match), "")
        found["document_number"], origins["document_number"] = number, "heading"


def _addressee(lines: Sequence[str], taken: frozenset[int]) -> str:
    for number, line in enumerate(lines):
        if number in taken or not 3 <= len(line) <= 60 or not pattern("addressee").search(line):
            continue
        spoken = pattern("salutation").search(line)
        if spoken or not pattern("not_addressee").search(line):
            return line[:-1].strip()
    return ""
