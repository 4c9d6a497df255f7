"""Words of praise and of shortcoming, and how hard a promise is: lists held against clauses.

Both lists are short and the project's own (``tone.csv``, ``hardness.csv``). They have not been
validated against readers. Official prose praises by habit: compare reports and parts with each
other, and read no single value as what an author thought.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache

import pandas as pd

from govlaw import measures
from govlaw.definitions import rows
from govlaw.text import clauses, fold, sentences

TONES = ("positive", "negative")
#: From hardest to softest; the last one holds what has none of the words.
GRADES = ("binding", "duty", "striving", "soft", "none")
_SHORTEST_CLAUSE = 6
_BRACKETS = re.compile("[（(][^（）()\n]*[）)]")  # hold responsible units and asides
_NOT_PROMISES = ("structural", "rhetorical")


@cache
def _tones() -> tuple[re.Pattern[str], dict[str, str]]:
    tone = {row["word"]: row["tone"] for row in rows("tone")}
    longest_first = sorted(tone, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first))), tone


@cache
def _grades() -> dict[str, re.Pattern[str]]:
    return {
        grade: re.compile("|".join(r["pattern"] for r in rows("hardness") if r["grade"] == grade))
        for grade in GRADES[:-1]
    }


def tone(
    documents: pd.DataFrame,
    sections: pd.DataFrame,
    observations: pd.DataFrame,
    texts: Mapping[str, str],
) -> pd.DataFrame:
    """Return words of praise and of shortcoming in each part of every annual report.

    Formula: per 1,000 characters of the part; net = positive minus negative. Words inside a figure
    (不足 in 不足10件) are not counted. Source of the list: own, see the module.

    Returns
    -------
    DataFrame, one row a report and part that it has text in: doc_id, part, characters, positive,
    negative (counts), net_per_1000
    """
    reports = measures.annual_reports(documents)
    pattern, known = _tones()
    own = measures.stretches(measures.of_documents(sections, reports))
    figures = observations.groupby("doc_id")
    counted: dict[tuple[str, str], list[int]] = {}
    for doc_id, part in own.groupby("doc_id", sort=False):
        folded = fold(texts[str(doc_id)])
        spans = figures.get_group(doc_id)[["start", "end"]] if doc_id in figures.groups else None
        inside = set() if spans is None else {i for s, e in spans.to_numpy() for i in range(s, e)}
        for row in measures.records(part):
            cell = counted.setdefault((str(doc_id), row.part), [0, 0, 0])
            cell[0] += row.stop - row.start
            for match in pattern.finditer(folded, row.start, row.stop):
                if match.start() not in inside:
                    cell[1 + TONES.index(known[match[0]])] += 1
    found = pd.DataFrame(
        [(*key, *cell) for key, cell in counted.items()],
        columns=["doc_id", "part", "characters", *TONES],
    )
    size = found["characters"].where(found["characters"] > 0)
    found["net_per_1000"] = 1000 * (found["positive"] - found["negative"]) / size
    order = {doc_id: i for i, doc_id in enumerate(reports["doc_id"])}
    return found.sort_values(
        ["doc_id", "part"],
        key=lambda cells: cells.map({**order, **{p: i for i, p in enumerate(measures.PARTS)}}),
        ignore_index=True,
    )


def promises(
    documents: pd.DataFrame,
    sections: pd.DataFrame,
    observations: pd.DataFrame,
    texts: Mapping[str, str],
) -> pd.DataFrame:
    """Return every clause that promises something, with how hard its wording is.

    Promises are the clauses of the part ``next_year`` of an annual report, all clauses of a plan,
    and elsewhere the clauses with a figure of role ``target``; what stands in brackets is left
    out. A clause has the hardest grade of its words. Source of the grades: own, see the module.

    Returns
    -------
    DataFrame, one row a clause: doc_id, start, end (offsets), grade, word (that gave the grade,
    empty for ``none``), figures (count of figures in it that are not structural)
    """
    chosen = documents[documents["kind"].isin(["annual_report", "plan"])]
    own = measures.stretches(measures.of_documents(sections, chosen))
    counted = observations[~observations["role"].isin(_NOT_PROMISES)]
    found = []
    for document in measures.records(chosen):
        text = fold(texts[document.doc_id])
        figures = counted[counted["doc_id"] == document.doc_id].sort_values("start")
        starts, roles = figures["start"].tolist(), figures["role"].tolist()
        parts = own[own["doc_id"] == document.doc_id]
        ahead = [
            (row.start + _title(text, row.start, row.heading), row.stop)
            for row in measures.records(parts)
            if document.kind == "plan" or row.part == "next_year"
        ]
        aside = {i for m in _BRACKETS.finditer(text) for i in range(m.start(), m.end())}
        for start, end in (c for s, e in sentences(text) for c in clauses(text, s, e)):
            inside = roles[bisect_left(starts, start) : bisect_left(starts, end)]
            promised = any(low <= start < high for low, high in ahead) or "target" in inside
            if not promised or end - start < _SHORTEST_CLAUSE or start in aside:
                continue
            grade, word = _grade(text[start:end])
            found.append((document.doc_id, start, end, grade, word, len(inside)))
    return pd.DataFrame(found, columns=["doc_id", "start", "end", "grade", "word", "figures"])


def _title(text: str, start: int, heading: str) -> int:
    """Return the length of a heading that has a line to itself and so is no sentence."""
    end = start + len(heading)
    return len(heading) if text[end : end + 1] in ("\n", "") else 0


def _grade(clause: str) -> tuple[str, str]:
    for grade, pattern in _grades().items():
        match = pattern.search(clause)
        if match:
            return grade, match[0]
    return GRADES[-1], ""


def hardness(documents: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return how many promises of each grade a document makes, and how many hold a figure.

    Parameters
    ----------
    documents : table ``documents``
    found : what :func:`promises` returned

    Returns
    -------
    DataFrame, one row an annual report or plan and grade: doc_id, grade, clauses, with_figure
    (counts), share (of the document's promises, NaN without any)
    """
    chosen = documents[documents["kind"].isin(["annual_report", "plan"])]
    sizes = found.groupby(["doc_id", "grade"]).size()
    numbered = found[found["figures"] > 0].groupby(["doc_id", "grade"]).size()
    made = pd.DataFrame(
        [
            (doc_id, grade, int(sizes.get((doc_id, grade), 0)),
             int(numbered.get((doc_id, grade), 0)))
            for doc_id in chosen["doc_id"]
            for grade in GRADES
        ],
        columns=["doc_id", "grade", "clauses", "with_figure"],
    )  # fmt: skip
    total = made.groupby("doc_id")["clauses"].transform("sum")
    made["share"] = made["clauses"] / total.where(total > 0)
    return made
