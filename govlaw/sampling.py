"""Sentences drawn at random from the tables of a study, each with its probability of being drawn.

The order of the draw is that of a digest of the seed and the place (permanent random numbers): the
same seed gives the same sentences with every version of every library, and a report that is added
to a corpus leaves the order of the others as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from govlaw.errors import CheckError
from govlaw.tables import Study
from govlaw.text import Locator, sentences

#: What reports can be divided by, and what sentences can be divided by besides.
OF_REPORTS = ("level", "year", "province", "kind")
OF_SENTENCES = ("dimension", "part", "figures")
DEFAULT_BY = ("level", "year", "figures")
#: Longer sentences do not fit into a cell that anybody would read; they are not in the population.
LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a report.

    ``heading`` is the nearest heading above, ``before`` the sentence before it in the same section.
    ``strata`` holds its value for each name of :data:`OF_REPORTS` and :data:`OF_SENTENCES`.
    ``probability`` is that of being drawn, 0 until it is.
    """

    doc_id: str
    start: int
    end: int
    text: str
    title: str
    heading: str
    before: str
    strata: dict[str, str]
    stratum: int = 0
    probability: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Stratum:
    """A row of the design: what was drawn of what there was (sentences, or reports)."""

    number: int
    name: str
    drawn: int
    held: int


@dataclass(frozen=True, slots=True)
class Sample:
    """Drawn sentences in the order of reports and texts, and how they were drawn.

    ``identity`` is a digest of what was drawn: two sheets with one identity are of one sample.
    """

    sentences: list[Sentence]
    strata: list[Stratum]
    population: int
    left_out: int
    seed: int
    by: tuple[str, ...]

    @property
    def identity(self) -> str:
        """A letter and twelve hexadecimal digits that stand for the sentences and their texts."""
        listed = [f"{s.doc_id}\t{s.start}\t{s.end}\t{s.text}" for s in self.sentences]
        return "s" + hashlib.sha256("\n".join(listed).encode()).hexdigest()[:12]


def population(study: Study) -> tuple[list[Sentence], int]:
    """Return every sentence of a study, and how many were left out as longer than ``LONGEST``.

    Headings are sentences too: they may hold figures. ``figures`` is ``yes`` where govlaw found
    more than dates and names in the sentence, else ``no``.
    """
    with_figures = _with_figures(study)
    sections: dict[str, list[dict[Any, Any]]] = {}
    for row in study.sections.sort_values(["doc_id", "start"]).to_dict("records"):
        sections.setdefault(row["doc_id"], []).append(row)
    found: list[Sentence] = []
    left_out = 0
    for document in study.documents.to_dict("records"):
        doc_id = document["doc_id"]
        text = study.text(doc_id)
        listed = sections.get(doc_id, [])
        places = Locator([(row["start"], row["end"]) for row in listed])
        of_report = {
            "level": document["level"],
            "year": document["period_end"],
            "province": document["province"],
            "kind": document["kind"],
        }
        last = (-1, "")
        for start, end in sentences(text):
            index = places.index(start)
            section = listed[index] if index >= 0 else {"heading": "", "dimension": "", "part": ""}
            before = last[1] if last[0] == index else ""
            last = (index, text[start:end])
            if end - start > LONGEST:
                left_out += 1
                continue
            strata = of_report | {
                "dimension": section["dimension"],
                "part": section["part"],
                "figures": "yes" if (doc_id, start) in with_figures else "no",
            }
            found.append(
                Sentence(
                    doc_id, start, end, text[start:end], document["title"], section["heading"],
                    before[-LONGEST:], strata,
                )
            )  # fmt: skip
    return found, left_out


def _with_figures(study: Study) -> set[tuple[str, int]]:
    listed = study.observations[study.observations["role"] != "structural"]
    return set(zip(listed["doc_id"], listed["sentence_start"], strict=True))


def draw(
    study: Study,
    *,
    number: int | None = None,
    reports: int | None = None,
    seed: int = 0,
    by: Sequence[str] = DEFAULT_BY,
) -> Sample:
    """Draw sentences, stratified; every stratum gives one at least.

    Parameters
    ----------
    study : the tables of a study
    number : of sentences; with ``reports``, of each drawn report; all of it where None
    reports : draw this many whole reports first, stratified by those of ``by`` that reports have
    seed : of the draw
    by : what to stratify by, of :data:`OF_REPORTS` and :data:`OF_SENTENCES`

    Returns
    -------
    The probability of a sentence is drawn/held of its stratum, times that of its report.

    Raises
    ------
    CheckError
        If a name of ``by`` does not exist, or there are more strata than draws or fewer sentences
        than asked for.
    """
    by = tuple(dict.fromkeys(by))
    if unknown := [name for name in by if name not in OF_REPORTS + OF_SENTENCES]:
        known = ", ".join(OF_REPORTS + OF_SENTENCES)
        raise CheckError(f"--by: {unknown[0]!r} is nothing to stratify by; use {known}")
    for option, asked in (("--sentences", number), ("--reports", reports)):
        if asked is not None and asked < 1:
            raise CheckError(f"{option} {asked}: draw one at least")
    if number is None and reports is None:
        raise CheckError("give --sentences N, --reports N, or both")
    found, left_out = population(study)
    if reports is None:
        assert number is not None
        drawn, strata = _stratified(found, number, seed, by, "--sentences")
    else:
        drawn, strata = _of_reports(found, reports, number, seed, by)
    order = {doc_id: place for place, doc_id in enumerate(study.documents["doc_id"])}
    drawn.sort(key=lambda s: (order[s.doc_id], s.start))
    return Sample(drawn, strata, len(found), left_out, seed, by)


def _of_reports(
    found: list[Sentence], reports: int, number: int | None, seed: int, by: tuple[str, ...]
) -> tuple[list[Sentence], list[Stratum]]:
    """Draw reports, then of each all sentences or some."""
    first: dict[str, Sentence] = {}
    held: dict[str, list[Sentence]] = {}
    for sentence in found:
        first.setdefault(sentence.doc_id, replace(sentence, start=-1))
        held.setdefault(sentence.doc_id, []).append(sentence)
    outer = tuple(name for name in by if name in OF_REPORTS)
    inner = tuple(name for name in by if name in OF_SENTENCES)
    chosen, strata = _stratified(list(first.values()), reports, seed, outer, "--reports")
    drawn = []
    for report in chosen:
        of_one = held[report.doc_id]
        if number is None:
            few = [replace(s, probability=Fraction(1)) for s in of_one]
        else:
            many = min(number, len(of_one))
            few, _ = _stratified(of_one, many, seed, inner, f"{report.doc_id}: --sentences")
        drawn += [
            replace(s, stratum=report.stratum, probability=s.probability * report.probability)
            for s in few
        ]
    return drawn, strata


def _stratified(
    found: list[Sentence], number: int, seed: int, by: tuple[str, ...], option: str
) -> tuple[list[Sentence], list[Stratum]]:
    if number > len(found):
        raise CheckError(f"{option} {number}: there are only {len(found)}")
    groups: dict[tuple[str, ...], list[Sentence]] = {}
    for sentence in found:
        groups.setdefault(tuple(sentence.strata[name] for name in by), []).append(sentence)
    if len(groups) > number:
        raise CheckError(
            f"{option} {number}: {', '.join(by)} make {len(groups)} strata, and each must give "
            "one at least; ask for more, or for fewer strata with --by"
        )
    keys = sorted(groups)
    shares = allocate([len(groups[key]) for key in keys], number)
    drawn, strata = [], []
    for place, (key, share) in enumerate(zip(keys, shares, strict=True), 1):
        held = sorted(groups[key], key=lambda s: _lot(s, seed))
        probability = Fraction(share, len(held))
        drawn += [replace(s, stratum=place, probability=probability) for s in held[:share]]
        name = ", ".join(f"{n}={v}" for n, v in zip(by, key, strict=True)) or "all"
        strata.append(Stratum(place, name, share, len(held)))
    return drawn, strata


def _lot(sentence: Sentence, seed: int) -> bytes:
    place = f"{seed}\t{sentence.doc_id}\t{sentence.start}"
    return hashlib.sha256(place.encode()).digest()


def allocate(sizes: Sequence[int], number: int) -> list[int]:
    """Share out draws: one a stratum, the rest in proportion to size (largest remainders).

    ``number`` lies between the count of strata and the sum of their sizes; no stratum is asked for
    more than it holds.
    """
    rest, room = number - len(sizes), sum(sizes) - len(sizes)
    parts = [divmod(rest * (size - 1), room) if room else (0, 0) for size in sizes]
    shares = [1 + whole for whole, _ in parts]
    by_remainder = sorted(range(len(sizes)), key=lambda n: (-parts[n][1], n))
    for place in by_remainder[: number - sum(shares)]:
        shares[place] += 1
    return shares
