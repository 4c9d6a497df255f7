"""The records that travel between the stages.

Offsets are Python string indices into ``Document.text``, end exclusive, and
``document.text[start:end] == text`` holds for every record that carries a text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a report says of itself; what it does not say is empty.

    ``period_start`` and ``period_end`` are years, the dates are ISO dates, ``adcode`` is the
    six-digit GB/T 2260 code as text at the last year of the period, ``harmonised`` the code of the
    same place in the newest list. ``address_date`` is the date in the address of the page.
    ``origins`` names where each value was found, as ``field=origin`` joined by ``;``.
    """

    title: str = ""
    kind: str = ""
    issuer: str = ""
    region: str = ""
    adcode: str = ""
    level: str = ""
    province: str = ""
    period_start: str = ""
    period_end: str = ""
    written: str = ""
    published: str = ""
    document_number: str = ""
    index_number: str = ""
    addressee: str = ""
    edition: str = "original"
    source: str = ""
    harmonised: str = ""
    address_date: str = ""
    origins: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One report as it was read: its text is never altered afterwards."""

    doc_id: str
    text: str
    sha256: str
    metadata: Metadata = field(default_factory=Metadata)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading of its level or above.

    ``level`` counts from 1; level 0 is what stands before the first heading. ``part`` is one of
    results, shortcomings, first_person, next_year, other; ``dimension`` one of the codebook's.
    """

    section_id: str
    parent_id: str
    level: int
    start: int
    end: int
    heading: str
    part: str
    dimension: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as printed, with the interval that its words and digits allow.

    ``value`` is in base units: 万 and 亿 expanded, money in 元, percent as printed (98.7).
    ``low`` or ``high`` is None where the interval is open. ``printed`` holds the digits as
    printed (``"98.70"``), without commas: the audit needs the trailing zeros. ``value`` is None
    for names such as "1+3", document numbers and digits without end. ``direction`` of a change is
    up or down, as far as its words say.
    """

    start: int
    end: int
    text: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    approx: str
    kind: str
    role: str
    printed: str = ""
    uncertain: bool = False
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """A quantity with what it measures. ``indicator`` is empty where no entry fits.

    ``also`` holds further codes, joined by ``;``, where one figure is the value of several.
    """

    quantity: Quantity
    indicator: str
    dimension: str
    subject: str
    subject_start: int
    subject_end: int
    scope: str
    period: str
    section_id: str
    sentence_start: int
    sentence_end: int
    also: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where the report speaks of what an indicator counts, with or without a figure.

    ``figures`` is how many figures that count something stand in the same clause.
    """

    indicator: str
    start: int
    end: int
    figures: int
    section_id: str
    sentence_start: int
    sentence_end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One arithmetic relation that the report's own figures let one check.

    ``low`` and ``high`` are what the printed digits stand for; ``implied_low`` and
    ``implied_high`` the whole numbers that are not printed but follow: a base, a count or an
    earlier value. ``power`` is the share of prints that the test would have refused (rule C), as
    a decimal, and ``causes`` names rows of ``causes.csv``.
    """

    rule: str
    formula: str
    operands: tuple[tuple[int, int], ...]
    printed: str
    recomputed: str
    low: str
    high: str
    verdict: str
    explanation_zh: str
    explanation_en: str
    implied_low: str = ""
    implied_high: str = ""
    power: str = ""
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Untested:
    """A rate or a change that was not tested; ``reason`` names a row of ``reasons.csv``."""

    rule: str
    start: int
    end: int
    printed: str
    reason: str


@dataclass(frozen=True, slots=True)
class Task:
    """A numbered measure of a plan with the units responsible for it.

    ``deadline`` is as printed, ``due`` the last day that it allows (ISO date; empty where none
    follows), ``recurs`` how often it comes back; ``measure`` is its first sentence.
    """

    number: str
    section_id: str
    start: int
    end: int
    lead_units: tuple[str, ...]
    supporting_units: tuple[str, ...]
    deadline: str
    due: str = ""
    recurs: str = ""
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that is to be reached.

    ``task`` is the number of the measure that holds it, empty outside of measures; ``comparator``
    one of =, >=, >, <=, <, ~. ``first_year`` and ``last_year`` are the years that it is set for,
    empty where the text does not say; ``deadline``, ``due`` and ``recurs`` are as in a task.
    """

    start: int
    end: int
    text: str
    task: str
    comparator: str
    value: Decimal | None
    value_low: Decimal | None
    value_high: Decimal | None
    unit: str
    kind: str
    indicator: str
    subject: str
    scope: str
    first_year: str
    last_year: str
    deadline: str
    due: str
    recurs: str


@dataclass(frozen=True, slots=True)
class Honour:
    """An award, shortlist, rank, pilot or mention that the report names."""

    start: int
    end: int
    year: str
    month: str
    honour: str
    level: str
    kind: str
