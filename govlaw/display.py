"""Tables as a reader sees them: every figure leads to its sentence."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import pandas as pd

from govlaw import __version__, labels, measures, restatement
from govlaw import attainment as attained
from govlaw.codebook import VERSION, indicators
from govlaw.errors import TableError
from govlaw.evaluation import ALL
from govlaw.labels import label
from govlaw.markup import Column as _Column
from govlaw.markup import Table, evidence, filtered, marked, passage
from govlaw.markup import report as _report
from govlaw.markup import table as _table
from govlaw.numerals import grouped
from govlaw.tables import Study
from govlaw.validation import OWN, Validation

_AROUND = 14  # characters of context on either side of a figure
_BEFORE, _AFTER = 60, 20  # and of an operand of a check
_CLAUSE_MARKS = "，。；：\n"
_LISTED = "；"


def corpus(study: Study, language: str) -> Table:
    """Return the documents of a study, each with its card and how many figures it holds."""
    names = labels.documents(study.documents, language)
    counted = study.observations[~study.observations["role"].isin(["structural", "rhetorical"])]
    figures = counted.groupby("doc_id").size()
    coded = counted[counted["indicator"] != ""].groupby("doc_id").size()
    rows = [
        (
            _report(row["doc_id"], names),
            html.escape(labels.kind(row["kind"], language)),
            html.escape(row["issuer"].replace(";", _LISTED)),
            f"{row['characters']:,}",
            f"{figures.get(row['doc_id'], 0):,}",
            f"{coded.get(row['doc_id'], 0):,}",
            html.escape(label(f"edition.{row['edition']}", language)),
        )
        for row in study.documents.to_dict("records")
    ]
    columns = (
        _Column("document"), _Column("kind"), _Column("issuer"), _Column("characters", "number"),
        _Column("figures", "number"), _Column("coded", "number"), _Column("edition"),
    )  # fmt: skip
    return _table("corpus", columns, rows, language)


def document(study: Study, doc_id: str, language: str) -> Table:
    """Return what is known of one document; what it does not say is left out.

    Raises
    ------
    TableError
        If the study holds no document of that name.
    """
    chosen = study.documents[study.documents["doc_id"] == doc_id]
    if chosen.empty:
        known = ", ".join(study.documents["doc_id"])
        raise TableError(f"{doc_id!r}: no such report in {study.folder}; it holds {known}")
    row = chosen.iloc[0]
    values = {
        "document": labels.documents(study.documents, language)[doc_id],
        "title": row["title"],
        "kind": labels.kind(row["kind"], language),
        "issuer": row["issuer"].replace(";", _LISTED),
        "addressee": row["addressee"],
        "adcode": row["adcode"],
        "level": label(f"level.{row['level']}", language) if row["level"] else "",
        "document_number": row["document_number"],
        "index_number": row["index_number"],
        "written": row["written"],
        "published": row["published"],
        "edition": label(f"edition.{row['edition']}", language),
        "source": row["source"],
        "sha256": row["sha256"],
    }
    rows = [
        (
            html.escape(label(f"head.{name}", language)),
            filtered(doc_id, str(value)) if name == "document" else html.escape(str(value)),
        )
        for name, value in values.items()
        if value
    ]
    return _table("document", (_Column("item"), _Column("value", "hash")), rows, language)


def findings(study: Study, language: str, doc_id: str = "", verdicts: Sequence[str] = ()) -> Table:
    """Return the audit's findings with the sentence, its operands marked, and an explanation.

    Parameters
    ----------
    study : the tables
    language : zh or en
    doc_id : one report only; all where empty
    verdicts : these only; all where empty
    """
    chosen = study.findings
    if doc_id:
        chosen = chosen[chosen["doc_id"] == doc_id]
    if verdicts:
        chosen = chosen[chosen["verdict"].isin(verdicts)]
    names = labels.documents(study.documents, language)
    rows = [_finding(study, row, language) for row in chosen.to_dict("records")]
    columns: tuple[_Column, ...] = (
        _Column("sentence", "long"), _Column("printed", "number"),
        _Column("recomputed", "number"), _Column("verdict"), _Column("explanation", "long"),
    )  # fmt: skip
    if not doc_id:
        columns = (_Column("document"), *columns)
        rows = [
            (_report(name, names), *row) for name, row in zip(chosen["doc_id"], rows, strict=True)
        ]
    return _table("findings", columns, rows, language)


def tested(study: Study, language: str) -> Table:
    """Return how many of the rates that each document prints could be checked."""
    names = labels.documents(study.documents, language)
    found = measures.tested_share(study.documents, study.observations, study.findings)
    rows = [
        (
            filtered(row["doc_id"], names[row["doc_id"]]),
            f"{row['rates']:,}",
            f"{row['tested']:,}",
            f"{row['base_undisclosed']:,}",
            "" if pd.isna(row["share"]) else f"{row['share']:.0%}",
        )
        for row in found.to_dict("records")
    ]
    columns = (
        _Column("document"), _Column("rates", "number"), _Column("tested", "number"),
        _Column("base_undisclosed", "number"), _Column("share", "number"),
    )  # fmt: skip
    return _table("tested", columns, rows, language)


def untested(study: Study, language: str) -> Table:
    """Return the rates and changes that were not tested, each with its place and the reason."""
    names = labels.documents(study.documents, language)
    rows = [
        (
            html.escape(names[row["doc_id"]]),
            evidence(row["doc_id"], row["start"], row["end"], row["printed"], language),
            _around(study.text(row["doc_id"]), row["start"], row["end"]),
            html.escape(labels.reason(row["reason"], language)),
        )
        for row in study.untested.to_dict("records")
    ]
    columns = (
        _Column("document"), _Column("printed", "number"), _Column("context", "long"),
        _Column("reason", "long"),
    )  # fmt: skip
    return _table("untested", columns, rows, language)


def _around(text: str, start: int, end: int) -> str:
    first = _clause_start(text, max(start - _AROUND, 0), max(start - _BEFORE, 0))
    last = _clause_end(text, min(end + 1, len(text)), min(end + _AFTER, len(text)))
    return marked(text, first, last, [(start, end)])


def priors(study: Study, language: str) -> Table:
    """Return the values of the year before that follow from printed changes."""
    names = labels.documents(study.documents, language)
    rows = []
    for row in measures.prior_values(study.findings).to_dict("records"):
        text = study.text(row["doc_id"])
        (start, end), *_, change = _operands(row["operands"])
        low, high = grouped(row["implied_low"]), grouped(row["implied_high"])
        rows.append(
            (
                html.escape(names[row["doc_id"]]),
                _around(text, start, end),
                evidence(row["doc_id"], *change, row["printed"], language),
                low if low == high else label("text.interval", language, low=low, high=high),
            )
        )
    columns = (
        _Column("document"), _Column("now", "long"), _Column("change", "number"),
        _Column("implied", "number"),
    )  # fmt: skip
    return _table("priors", columns, rows, language)


def restatements(study: Study, language: str) -> Table:
    """Return what reports say of the year before beside what the report of that year says."""
    names = labels.documents(study.documents, language)
    found = restatement.restatements(study)
    if found.empty:
        return Table(f"<p>{html.escape(label('text.no_restatements', language))}</p>")
    rows = []
    for row in found.to_dict("records"):
        later, earlier = (
            _number(row[low]) if row[low] == row[high] else label(
                "text.interval", language, low=_number(row[low]), high=_number(row[high]))
            for low, high in (("low", "high"), ("earlier_low", "earlier_high"))
        )  # fmt: skip
        rows.append(
            (
                html.escape(names[row["doc_id"]]),
                html.escape(labels.indicator(row["indicator"], language)),
                html.escape(row["year"]),
                evidence(row["doc_id"], row["start"], row["end"], later, language),
                evidence(
                    row["earlier_doc_id"], row["earlier_start"], row["earlier_end"], earlier,
                    language,
                ),
                html.escape(label(f"outcome.{row['outcome']}", language)),
            )
        )  # fmt: skip
    columns = (
        _Column("document"), _Column("indicator"), _Column("year"),
        _Column("said_later", "number"), _Column("said_earlier", "number"), _Column("outcome"),
    )  # fmt: skip
    return _table("restatements", columns, rows, language)


def _operands(text: str) -> list[tuple[int, int]]:
    pairs = (pair.partition(":") for pair in text.split(";"))
    return [(int(start), int(end)) for start, _, end in pairs]


def _finding(study: Study, row: dict[Any, Any], language: str) -> tuple[str, ...]:
    doc_id, text = row["doc_id"], study.text(row["doc_id"])
    operands = _operands(row["operands"])
    start, end = operands[-1]
    own = study.observations
    own = own[(own["doc_id"] == doc_id) & (own["start"] == start)].iloc[0]
    sign = "%" if row["printed"].endswith("%") and row["recomputed"] else ""
    return (
        _passage(text, own["sentence_start"], own["sentence_end"], operands),
        evidence(doc_id, start, end, text[start:end], language),
        html.escape(grouped(row["recomputed"]) + sign),
        html.escape(labels.verdict(row["verdict"], language)),
        html.escape(row[f"explanation_{language}"]),
    )


def _passage(text: str, start: int, end: int, operands: Sequence[tuple[int, int]]) -> str:
    """Return the sentence from ``start`` to ``end`` with the operands marked.

    What is far from every operand is left out, and so is what lies between the sentence and
    operands that stand elsewhere; dots stand for both.
    """
    pieces: list[tuple[int, int]] = []
    for low, high in sorted(operands):
        inside = start <= low and high <= end
        floor, ceiling = (start, end) if inside else (0, len(text))
        first = _clause_start(text, low - _BEFORE, floor)
        last = _clause_end(text, high + _AFTER, ceiling)
        if pieces and first <= pieces[-1][1] + _AFTER:
            first, last = pieces.pop()[0], max(last, high)
        pieces.append((first, last))
    shown = "…".join(marked(text, first, last, operands) for first, last in pieces)
    cut = bool(pieces) and pieces[0][0] != start, bool(pieces) and pieces[-1][1] != end
    return "…" * int(cut[0]) + shown + "…" * int(cut[1])


def _clause_start(text: str, at: int, floor: int) -> int:
    """Return where the clause around ``at`` starts, so that no word or number is cut in two."""
    while at > floor and text[at - 1] not in _CLAUSE_MARKS:
        at -= 1
    return max(at, floor)


def _clause_end(text: str, at: int, ceiling: int) -> int:
    """Return where the clause around ``at`` ends, its mark included."""
    while at < ceiling and text[at - 1] not in _CLAUSE_MARKS:
        at += 1
    return min(at, ceiling)


def figures(study: Study, doc_id: str, language: str) -> Table:
    """Return every figure of a report that counts something, in the order of the text."""
    text = study.text(doc_id)
    chosen = study.observations
    chosen = chosen[(chosen["doc_id"] == doc_id) & (chosen["role"] != "structural")]
    rows = [
        (
            evidence(doc_id, row["start"], row["end"], row["text"], language),
            html.escape(labels.measured(row["indicator"], row["subject"], language)),
            html.escape(f"{_number(row['value'])} {row['unit']}".strip()),
            html.escape(_interval(row, language)),
            html.escape(label(f"role.{row['role']}", language)),
            html.escape(labels.dimension(row["dimension"] or "context", language)),
            _context(text, row),
        )
        for row in chosen.to_dict("records")
    ]
    columns = (
        _Column("figure"), _Column("measured"), _Column("value", "number"),
        _Column("interval", "number"), _Column("role"), _Column("dimension"),
        _Column("context", "long"),
    )  # fmt: skip
    return _table("figures", columns, rows, language)


def _number(value: float) -> str:
    return "" if pd.isna(value) else f"{value:,.12g}"


def _interval(row: dict[Any, Any], language: str) -> str:
    low, high = row["value_low"], row["value_high"]
    if low == high:
        return ""
    if pd.isna(high):
        return label("text.open_interval", language, low=_number(low))
    if pd.isna(low):
        return label("text.open_interval_low", language, high=_number(high))
    return label("text.interval", language, low=_number(low), high=_number(high))


def _context(text: str, row: dict[Any, Any]) -> str:
    start = _clause_start(text, row["start"] - _AROUND, row["sentence_start"])
    end = _clause_end(text, row["end"] + _AROUND, row["sentence_end"])
    return marked(text, start, end, [(row["start"], row["end"])])


def tasks(study: Study, doc_id: str, language: str) -> Table:
    """Return the measures of a plan, each by its first sentence, with their units."""
    chosen = study.tasks[study.tasks["doc_id"] == doc_id]
    rows = [
        [
            passage(doc_id, row["start"], str(row["number"]), language),
            *(html.escape(str(row[column]).replace(";", _LISTED)) for column in
              ("measure", "lead_units", "supporting_units", "deadline")),
        ]
        for row in chosen.to_dict("records")
    ]  # fmt: skip
    columns = (
        _Column("number", "number"), _Column("measure", "long"), _Column("lead", "long"),
        _Column("supporting", "long"), _Column("deadline"),
    )  # fmt: skip
    return _table("tasks", columns, rows, language)


def attainment(study: Study, language: str, relations: Sequence[str] = ()) -> Table:
    """Return targets beside what reports print for them.

    Every report of the target's own place is in; of other places only those that give a figure,
    and without any verdict.

    Parameters
    ----------
    study : the tables
    language : zh or en
    relations : these only (attainment, other_year, benchmark); all where empty
    """
    found = attained.attainment(study.documents, study.targets, study.observations)
    shown = (found["relation"] != "benchmark") | (found["comparison"] != "not_disclosed")
    found = found[shown & (found["relation"].isin(relations) if relations else True)]
    names = labels.documents(study.documents, language)
    rows = []
    for row in found.to_dict("records"):
        spans = [pair.split(":") for pair in row["figures"].split(";") if pair]
        printed = row["printed"].split(";") if row["printed"] else []
        verdict = label(f"attained.{row['verdict']}", language) if row["verdict"] else ""
        reason = f" ({label('reason.' + row['reason'], language)})" if row["reason"] else ""
        rows.append(
            (
                html.escape(names[row["plan"]]),
                html.escape(row["task"]),
                html.escape(labels.indicator(row["indicator"], language)),
                _asked(study, row["plan"], row["start"], row["end"], row["comparator"], language),
                html.escape(names[row["doc_id"]]),
                html.escape(label(f"relation.{row['relation']}", language)),
                _LISTED.join(
                    evidence(row["doc_id"], int(low), int(high), words, language)
                    for (low, high), words in zip(spans, printed, strict=True)
                ),
                html.escape(label(f"comparison.{row['comparison']}", language) + reason),
                html.escape(verdict),
            )
        )
    columns = (
        _Column("plan"), _Column("number", "number"), _Column("measured"),
        _Column("target", "number"), _Column("report"), _Column("relation"),
        _Column("result", "number"), _Column("comparison"), _Column("attained"),
    )  # fmt: skip
    return _table("attainment", columns, rows, language)


def _asked(study: Study, doc_id: str, start: int, end: int, comparator: str, language: str) -> str:
    """Return a target as printed, with its sign and a link to its sentence."""
    shown = study.text(doc_id)[start:end]
    sign = attained.SIGNS[comparator]
    return f"{html.escape(sign)} {evidence(doc_id, start, end, shown, language)}"


def targets(study: Study, language: str) -> Table:
    """Return every target, those without an indicator too."""
    names = labels.documents(study.documents, language)
    rows = [
        (
            _report(row["doc_id"], names),
            html.escape(row["task"]),
            html.escape(labels.measured(row["indicator"], row["subject"], language)),
            _asked(study, row["doc_id"], row["start"], row["end"], row["comparator"], language),
            html.escape(labels.years(row["first_year"], row["last_year"])),
            html.escape(row["deadline"]),
        )
        for row in study.targets.to_dict("records")
    ]
    columns = (
        _Column("document"), _Column("number", "number"), _Column("measured"),
        _Column("target", "number"), _Column("years"), _Column("deadline"),
    )  # fmt: skip
    return _table("targets", columns, rows, language)


def units(study: Study, language: str) -> Table:
    """Return the units of all plans: measures led and supported, and with whom they lead."""
    links = attained.unit_links(study.tasks)
    joint = links[links["kind"] == "joint"]
    rows = []
    for row in attained.unit_roles(study.tasks).to_dict("records"):
        unit = row["unit"]
        together = [
            f"{other} {n}"
            for one, two, n in joint[["unit", "other", "measures"]].to_numpy()
            for own, other in ((one, two), (two, one))
            if own == unit
        ]
        counts = [f"{row[name]:,}" for name in ("led", "supported", "degree")]
        rows.append((html.escape(unit), *counts, html.escape(_LISTED.join(together))))
    columns = (
        _Column("unit"), _Column("led", "number"), _Column("supported", "number"),
        _Column("degree", "number"), _Column("joint", "long"),
    )  # fmt: skip
    return _table("units", columns, rows, language)


def honours(study: Study, doc_id: str, language: str) -> Table:
    """Return the honours of a report; of all where ``doc_id`` is empty."""
    chosen = study.honours
    if doc_id:
        chosen = chosen[chosen["doc_id"] == doc_id]
    names = labels.documents(study.documents, language)
    rows: list[tuple[str, ...]] = [
        (
            html.escape("-".join(part for part in (row["year"], row["month"]) if part)),
            passage(row["doc_id"], row["start"], row["honour"], language),
            html.escape(label(f"level.{row['level']}", language) if row["level"] else ""),
            html.escape(label(f"honour_kind.{row['kind']}", language)),
        )
        for row in chosen.to_dict("records")
    ]
    columns: tuple[_Column, ...] = (
        _Column("date"), _Column("honour", "long"), _Column("level"), _Column("kind"),
    )  # fmt: skip
    if not doc_id:
        columns = (_Column("document"), *columns)
        rows = [
            (html.escape(names[name]), *row)
            for name, row in zip(chosen["doc_id"], rows, strict=True)
        ]
    return _table("honours", columns, rows, language)


# -- how well figures are read -------------------------------------------------------------


def validation_sets(found: Validation, language: str) -> Table:
    """Return on what was measured: who annotated, what the rules had in view, when."""
    rows = [
        (
            html.escape(_set_name(row, language)),
            html.escape(label(f"edition.{row['edition']}", language) if row["edition"] else ""),
            str(len(row["documents"].split(";"))),
            row["figures"] or "–",
            html.escape(row[f"annotated_{language}"]),
            html.escape(row[f"seen_{language}"] or label(f"seen.{row['seen']}", language)),
            label("text.codebook", language, version=html.escape(row["codes_of"] or VERSION)),
            html.escape(_when(row, language)),
        )
        for row in found.sets.to_dict("records")
    ]
    columns = (
        _Column("set"), _Column("edition"), _Column("documents", "number"),
        _Column("annotated", "number"), _Column("annotated_by", "long"), _Column("seen", "long"),
        _Column("codes_of"), _Column("how"),
    )  # fmt: skip
    return _table("validation_sets", columns, rows, language)


def _set_name(row: dict[Any, Any], language: str) -> str:
    return str(row[f"label_{language}"]) or label("set.own", language)


def _set_names(found: Validation, language: str) -> dict[str, str]:
    rows = found.sets.to_dict("records")
    return {row["set"]: html.escape(_set_name(row, language)) for row in rows}


def _when(row: dict[Any, Any], language: str) -> str:
    if row["live"]:
        return label("how.live", language)
    if not row["measured"]:
        return label("how.never", language)
    return label("how.recorded_with", language, date=row["measured"], version=row["govlaw"],
                 codebook=row["codebook"])  # fmt: skip


def validation_scores(found: Validation, language: str) -> Table:
    """Return counts, precision, recall and F1 of every set and attribute, over all documents."""
    names = _set_names(found, language)
    chosen = found.scores[found.scores["doc_id"] == ALL]
    rows = [
        (
            names[row["set"]],
            html.escape(label(f"attribute.{row['attribute']}", language)),
            *(f"{row[count]:,.0f}" for count in ("gold", "found", "matched")),
            *(_between(row, share, language) for share in ("precision", "recall", "f1")),
        )
        for row in chosen.to_dict("records")
    ]
    columns = (
        _Column("set"), _Column("attribute"), _Column("annotated", "number"),
        _Column("read", "number"), _Column("right", "number"), _Column("precision", "number"),
        _Column("recall", "number"), _Column("f1", "number"),
    )  # fmt: skip
    return _table("validation_scores", columns, rows, language)


def _between(row: dict[Any, Any], share: str, language: str) -> str:
    value, low, high = (row[share + end] for end in ("", "_low", "_high"))
    if pd.isna(value):
        return "–"
    if pd.isna(low):
        return f"{value:.2f}"
    words = {"share": f"{value:.2f}", "low": f"{low:.2f}", "high": f"{high:.2f}"}
    return html.escape(label("text.between", language, **words))


def validation_indicators(found: Validation, language: str) -> Table:
    """Return every code of every set: annotated, given, right; those with a mistake first."""
    names = _set_names(found, language)
    known = indicators()
    table = found.indicators
    wrong = table["gold"] + table["found"] - 2 * table["right"]
    table = table.assign(wrong=wrong).sort_values("wrong", ascending=False, kind="stable")
    rows = [
        (
            names[row["set"]],
            html.escape(
                labels.indicator(row["indicator"], language)
                if row["indicator"] in known
                else row["indicator"]
            ),
            *(f"{row[count]:,}" for count in ("gold", "found", "right")),
            *(_between(row, share, language) for share in ("precision", "recall")),
        )
        for row in table.to_dict("records")
    ]
    columns = (
        _Column("set"), _Column("indicator"), _Column("annotated", "number"),
        _Column("coded", "number"), _Column("right", "number"), _Column("precision", "number"),
        _Column("recall", "number"),
    )  # fmt: skip
    return _table("validation_indicators", columns, rows, language)


def confusions(found: Validation, study: Study, language: str) -> Table:
    """Return every disagreement; in its place where the study holds the annotated text."""
    names = _set_names(found, language)
    documents = labels.documents(study.documents, language)
    editions = dict(zip(study.documents["doc_id"], study.documents["edition"], strict=True))
    wanted = dict(zip(found.sets["set"], found.sets["edition"], strict=True))
    rows = []
    for row in found.confusions.to_dict("records"):
        doc_id, start, end = row["doc_id"], row["start"], row["end"]
        here = doc_id in editions and (row["set"] == OWN or editions[doc_id] == wanted[row["set"]])
        text = study.text(doc_id) if here else ""
        here = bool(text) and text[start:end] == row["text"]
        place = {**row, "sentence_start": 0, "sentence_end": len(text)}
        shown = evidence(doc_id, start, end, row["text"], language) if here and row["found"] else ""
        rows.append(
            (
                names[row["set"]],
                html.escape(documents.get(doc_id, doc_id)),
                shown or html.escape(row["text"]),
                html.escape(label(f"attribute.{row['attribute']}", language)),
                html.escape(_meant(row["attribute"], row["gold"], language)),
                html.escape(_meant(row["attribute"], row["found"], language)),
                _context(text, place) if here else "",
            )
        )
    columns = (
        _Column("set"), _Column("document"), _Column("figure"), _Column("attribute"),
        _Column("gold"), _Column("found"), _Column("context", "long"),
    )  # fmt: skip
    return _table("confusions", columns, rows, language)


def _meant(attribute: str, words: str, language: str) -> str:
    """Return a reading in words: labels for codes, roles and approximators, a dash for nothing."""
    if not words:
        return "–"
    if attribute in ("role", "approx"):
        return labels.optional(f"{attribute}.{words}", language, words)
    if attribute == "indicator":
        known = indicators()
        codes = words.split("|")
        return _LISTED.join(labels.indicator(c, language) if c in known else c for c in codes)
    return words


def coverage(found: Validation, study: Study, language: str) -> Table:
    """Return what share of figures the codebook has a name for: here, and in catalogued facts."""
    names = {k: html.escape(v) for k, v in labels.documents(study.documents, language).items()}
    for what in found.coverage["what"]:
        names[what] = html.escape(labels.optional(f"text.coverage_{what}", language, what))
    counted = measures.coverage(study.documents, study.observations).assign(codebook=VERSION)
    rows = [
        (
            names[row["what"]],
            f"{row['coded']:,}",
            f"{row['figures']:,}",
            f"{row['coded'] / row['figures']:.0%}" if row["figures"] else "–",
            html.escape(str(row["codebook"])),
        )
        for row in [*counted.to_dict("records"), *found.coverage.to_dict("records")]
    ]
    columns = (
        _Column("item"), _Column("coded", "number"), _Column("counted", "number"),
        _Column("covered", "number"), _Column("codebook"),
    )  # fmt: skip
    return _table("coverage", columns, rows, language)


def versions(study: Study, language: str) -> Table:
    """Return what a number of this study depends on."""
    rows = [
        (html.escape(label(f"version.{name}", language)), html.escape(value))
        for name, value in (
            ("govlaw", __version__),
            ("codebook", VERSION),
            ("documents", str(len(study.documents))),
            ("corpus", measures.corpus_hash(study.documents)),
        )
    ]
    return _table("versions", (_Column("item"), _Column("value", "hash")), rows, language)


def structure(study: Study, language: str) -> Table:
    """Return how long every document is and how its headings divide it."""
    names = labels.documents(study.documents, language)
    rows = [
        (
            html.escape(names[row.doc_id]),
            *(f"{n:,}" for n in (row.characters, row.chapters, row.headings, row.deepest)),
        )
        for row in measures.records(measures.structure(study.documents, study.sections))
    ]
    columns = (
        _Column("document"), _Column("characters", "number"), _Column("chapters", "number"),
        _Column("headings", "number"), _Column("deepest", "number"),
    )  # fmt: skip
    return _table("structure", columns, rows, language)


def mentions(study: Study, states: pd.DataFrame, language: str, limit: int = 60) -> Table:
    """Return the sentences behind the state ``mentioned``, the words that were found marked.

    Parameters
    ----------
    study : the tables
    states : what :func:`govlaw.measures.disclosure` returned
    language : zh or en
    limit : most rows, in the order of the reports
    """
    names = labels.documents(study.documents, language)
    silent = study.mentions[study.mentions["figures"] == 0]
    first = silent.drop_duplicates(["doc_id", "indicator"])
    told = states["applies"] & (states["state"] == "mentioned")
    wanted = states.loc[told, ["doc_id", "indicator"]]
    chosen = wanted.merge(first, on=["doc_id", "indicator"]).head(limit)
    rows = [
        (
            html.escape(names[row.doc_id]),
            html.escape(labels.indicator(row.indicator, language)),
            _passage(study.text(row.doc_id), row.sentence_start, row.sentence_end,
                     [(row.start, row.end)]),
        )
        for row in measures.records(chosen)
    ]  # fmt: skip
    columns = (_Column("document"), _Column("indicator"), _Column("sentence", "long"))
    return _table("mentions", columns, rows, language)


def passages(study: Study, found: pd.DataFrame, language: str, limit: int = 20) -> Table:
    """Return the longest shared passages as they stand in both reports, with their offsets.

    Parameters
    ----------
    study : the tables
    found : what :func:`govlaw.similarity.passages` returned
    language : zh or en
    limit : most rows, longest first
    """
    names = labels.documents(study.documents, language)
    rows = [
        (
            html.escape(f"{names[row.doc_a]} [{row.start_a}:{row.end_a}]"),
            html.escape(study.text(row.doc_a)[row.start_a : row.end_a]),
            html.escape(f"{names[row.doc_b]} [{row.start_b}:{row.end_b}]"),
            html.escape(study.text(row.doc_b)[row.start_b : row.end_b]),
            f"{row.characters:,}",
        )
        for row in measures.records(found.head(limit))
    ]
    columns = (
        _Column("document"), _Column("passage", "long"), _Column("other"),
        _Column("other_passage", "long"), _Column("length", "number"),
    )  # fmt: skip
    return _table("passages", columns, rows, language)


def keywords(
    documents: pd.DataFrame, found: dict[str, pd.DataFrame], language: str, limit: int = 10
) -> Table:
    """Return the words that set each report apart, with log ratio and count.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`govlaw.keyness.each` returned
    language : zh or en
    limit : most words of a report, strongest evidence first
    """
    names = labels.documents(documents, language)
    rows = [
        (
            html.escape(names[doc_id]),
            html.escape(
                _LISTED.join(
                    f"{row.word} ({row.log_ratio:+.1f}, {row.target})"
                    for row in measures.records(table[table["log_ratio"] > 0].head(limit))
                )
                or label("describe.none", language)
            ),
        )
        for doc_id, table in found.items()
    ]
    columns = (_Column("document"), _Column("keywords", "long"))
    return _table("keywords", columns, rows, language)
