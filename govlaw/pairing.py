"""Which counts belong to which rate: by the codebook's formulas, the sentence, and the words.

A pair is made only where words link its figures; which words do is the table ``audit_words.csv``.
A rate that nothing can be tested against comes back with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property

from govlaw.codebook import Codebook
from govlaw.definitions import rows, words
from govlaw.grammar import dimension_of
from govlaw.model import Observation
from govlaw.text import LONGEST_CLAUSE

_CLAUSE = re.compile(r"[，,；;：:。！？!?\n]")
_SEGMENT = re.compile(r"[；;]")
_CLAUSE_REST = re.compile(rf"[^，,。；;：:0-9\n]{{0,{LONGEST_CLAUSE}}}")
_NOUNS = re.compile(r"[\u4e00-\u9fff]{2,}")
_BRACKET = re.compile(r"\s*[（(]([^（）()\n]*)[）)]")
_DIFFERENCE = re.compile(r"\b([a-z]+_[a-z_]+)-([a-z]+_[a-z_]+)\b")
_COUNTED = ("count", "amount")
_FARTHEST = 60  # figures of one sentence that lie farther apart are not put together
_LONGEST = 2000  # characters of a sentence that are looked at on either side of a figure


@cache
def word(name: str) -> re.Pattern[str]:
    """Return a pattern of ``audit_words.csv`` by its name."""
    return next(re.compile(row["pattern"]) for row in rows("audit_words") if row["name"] == name)


@cache
def _stems() -> dict[str, tuple[str, ...]]:
    return {row["stem"]: words(row["also"]) for row in rows("rate_stems")}


@cache
def signs() -> dict[str, int]:
    """Return the verbs of change with their sign: 增长 1, 下降 -1."""
    return {row["word"]: int(row["sign"]) for row in rows("directions")}


@cache
def verbs() -> str:
    """Return the verbs of change as alternatives of a pattern, the longest first."""
    return "|".join(sorted(map(re.escape, signs()), key=lambda w: (-len(w), w)))


@cache
def verb_word(name: str) -> re.Pattern[str]:
    """Return a pattern of ``audit_words.csv`` with the verbs of change in the place of its #."""
    return re.compile(word(name).pattern.replace("#", verbs()))


class Report:
    """Observations of one report by sentence and section, and the words around each figure."""

    def __init__(self, text: str, observed: list[Observation], codebook: Codebook) -> None:
        self.text, self.entries, self.observed = text, codebook.indicators, observed
        self.figures = [
            o
            for o in observed
            if o.quantity.role in ("actual", "prior") and o.quantity.value is not None
        ]
        self.place = {o.quantity.start: i for i, o in enumerate(self.figures)}
        self.sentences: dict[int, list[Observation]] = {}
        self.rank: dict[int, int] = {}  # start of a figure to its place in its sentence
        self.sections: dict[str, list[Observation]] = {}
        self.previous: dict[int, int] = {}  # start of a figure to the end of the one before it
        self.figures = [self._dated(o, before) for o, before in zip(
            self.figures, [None, *self.figures], strict=False
        )]  # fmt: skip
        for i, observation in enumerate(self.figures):
            if i:
                self.previous[observation.quantity.start] = self.figures[i - 1].quantity.end
            listed = self.sentences.setdefault(observation.sentence_start, [])
            self.rank[observation.quantity.start] = len(listed)
            listed.append(observation)
            self.sections.setdefault(observation.section_id, []).append(observation)

    def _dated(self, figure: Observation, before: Observation | None) -> Observation:
        """Return a figure with the role prior where it is a value of the year before."""
        start = max(figure.sentence_start, before.quantity.end if before else 0)
        head, end = self.text[start : figure.quantity.start], figure.quantity.end
        earlier = word("year_before").search(head) or (
            word("from_before").search(head)
            and verb_word("to_after").match(self.text[end : end + 24])
        )
        return replace(figure, quantity=replace(figure.quantity, role="prior")) if (
            earlier and figure.quantity.kind != "change"
        ) else figure  # fmt: skip

    def between(self, one: Observation, other: Observation) -> str:
        """Return the words from the end of one figure to the start of another."""
        return self.text[one.quantity.end : other.quantity.start]

    def before(self, observation: Observation) -> str:
        """Return the words from the figure before, or the start of the sentence, to the figure."""
        start = observation.sentence_start
        start = max(start, self.previous.get(observation.quantity.start, start))
        return self.text[start : observation.quantity.start]

    def own(self, observation: Observation) -> str:
        """Return the words of the figure's clause on both sides of it, up to other figures."""
        after = _CLAUSE_REST.match(self.text, observation.quantity.end)
        return f"{self.before(observation)}，{after[0] if after else ''}"

    def sentence(self, observation: Observation) -> str:
        """Return the sentence of a figure, or what lies near the figure in a very long one."""
        end = min(observation.sentence_end, observation.quantity.end + _LONGEST)
        return self.text[self.head(observation) : end]

    def head(self, observation: Observation) -> int:
        """Return where the sentence of a figure starts, or a little before the figure."""
        return max(observation.sentence_start, observation.quantity.start - _LONGEST)

    def earlier(self, observation: Observation) -> list[Observation]:
        """Return the figures before one in its sentence, in order, the nearest of very many."""
        rank = self.rank[observation.quantity.start]
        return self.sentences[observation.sentence_start][max(rank - _FARTHEST, 0) : rank]

    def neighbour(self, observation: Observation, step: int = -1) -> Observation | None:
        """Return the figure right before (or after) one, if it stands in the same sentence."""
        i = self.place[observation.quantity.start] + step
        if not 0 <= i < len(self.figures):
            return None
        other = self.figures[i]
        return other if other.sentence_start == observation.sentence_start else None

    def bracketed(self, observation: Observation) -> list[Observation]:
        """Return the figures in brackets right behind a figure: 98%（受理50件，办结49件）."""
        match = _BRACKET.match(self.text, observation.quantity.end)
        if not match:
            return []
        rank = self.rank[observation.quantity.start] + 1
        following = self.sentences[observation.sentence_start][rank : rank + _FARTHEST]
        return [o for o in following if o.quantity.end <= match.end()]


#: One printed count as a base, or several that add up to one.
Base = tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with what it can be tested against.

    ``part`` is None where no count is printed. ``bases`` are the admissible ones, the likeliest
    first; ``named`` is true where the sentence itself names the first as the base, so that a rate
    which fits none of them is not reconcilable as printed. ``alone`` is false where another count
    may be meant as well, so that a misfit tells nothing. ``less`` is a count that the codebook
    lets one take off the base (审结 without those settled).
    """

    rate: Observation
    part: Observation | None
    bases: tuple[Base, ...]
    named: bool
    form: str = "rate"
    alone: bool = True
    less: Observation | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A figure that was not tested, and why: a name of ``reasons.csv``."""

    rule: str
    figure: Observation
    reason: str


def value(observation: Observation) -> Decimal:
    """Return the value of a figure of the report; figures without one are not audited."""
    assert observation.quantity.value is not None
    return observation.quantity.value


def counted(observation: Observation) -> bool:
    """Tell whether a figure is a count or an amount of what was done."""
    return observation.quantity.kind in _COUNTED and observation.quantity.role == "actual"


def alike(one: Observation, other: Observation) -> bool:
    """Tell whether two figures have like units: persons may be 人 or 名."""
    a, b, kinds = one.quantity.unit, other.quantity.unit, dimension_of()
    return a == b or kinds.get(a) == kinds.get(b) == "person"


def fits(part: Observation, whole: Observation) -> bool:
    """Tell whether one count can be a part of the other: like units, not larger."""
    return alike(part, whole) and 0 <= value(part) <= value(whole) and value(whole) > 0


def rates(report: Report) -> Iterator[Rate | Left]:
    """Yield every rate of the year with its counts, or with the reason why it has none."""
    for rate in report.figures:
        quantity = rate.quantity
        if quantity.unit != "%" or quantity.kind != "rate" or quantity.role != "actual":
            continue
        yield _Pairing(report, rate).found()


class _Pairing:
    """Finds the counts of one rate."""

    def __init__(self, report: Report, rate: Observation) -> None:
        self.report, self.rate = report, rate
        self.words = report.before(rate)
        self.clause = _CLAUSE.split(self.words)[-1]
        near = [*report.earlier(rate), *report.bracketed(rate)]
        self.counts = [o for o in near if counted(o) and not word("each").search(report.before(o))]

    def found(self) -> Rate | Left:
        named = self._by_codebook()
        if named and named.named:
            return named
        return (
            self._share()
            or self._by_words()
            or named
            or self._existence()
            or self._left("no_counts")
        )

    def _left(self, reason: str) -> Left:
        return Left("A", self.rate, reason)

    # -- the codebook's formula ------------------------------------------------------------

    def _by_codebook(self) -> Rate | None:
        """Pair by the formula of the rate's indicator, within its own section."""
        entry = self.report.entries.get(self.rate.indicator)
        if entry is None or not entry.numerator:
            return None
        part = self._nearest(entry.numerator)
        if part is None or not self._same_measure(part, []):
            return None
        wholes = [w for base in entry.bases if (w := self._nearest(base)) and fits(part, w)]
        if not wholes:
            return None
        close = [w for w in wholes if self._together(part, w)]
        codes = [o.indicator for o in self._window()]
        alone = codes.count(entry.numerator) < 2 and all(codes.count(c) < 2 for c in entry.bases)
        bases = [(w,) for w in (*close, *(w for w in wholes if w not in close))]
        named = bool(close) and alone and not self._pending()
        # an admissible base may be a difference of two codes: alt_den=rec_concluded-rec_settled
        taken = [m[2] for m in _DIFFERENCE.finditer(entry.notes) if m[1] in entry.bases]
        less = next((o for code in taken if (o := self._nearest(code))), None)
        return Rate(self.rate, part, tuple(bases), named, "rate", alone, less)

    def _nearest(self, code: str) -> Observation | None:
        """Return the figure of a code that stands nearest before the rate in its section."""
        listed = [o for o in self.counts if o.indicator == code]
        if listed:
            return listed[-1]
        for o in reversed(self.report.sections[self.rate.section_id]):
            if o.quantity.end <= self.rate.quantity.start and o.indicator == code and counted(o):
                return o
        return None

    def _together(self, part: Observation, whole: Observation) -> bool:
        """Tell whether count, base and rate stand in one sentence and speak of one scope."""
        same = {o.sentence_start for o in (part, whole, self.rate)}
        return len(same) == 1 and self._one_scope(part, whole)

    def _one_scope(self, part: Observation, whole: Observation) -> bool:
        scopes = {o.scope for o in (part, whole) if o.scope}
        periods = {o.period[:4] for o in (part, whole) if re.match(r"\d{4}", o.period)}
        return len(scopes) < 2 and len(periods) < 2

    def _pending(self) -> bool:
        return bool(word("pending").search(self.report.sentence(self.rate)))

    # -- a share: 占 -----------------------------------------------------------------------

    def _share(self) -> Rate | Left | None:
        if word("of_task").search(self.clause):
            last = self.counts[-1] if self.counts else None
            if last and not re.search("[；;]", self.report.between(last, self.rate)):
                return Rate(self.rate, last, (), False, "task")
            return self._left("no_count")
        printed = self._share_of_printed()
        if printed:
            return printed
        match = word("share").search(self.words)
        if match is None:
            if self._among_shares():
                return self._several_shares()
            shared = word("share_word").search(self.clause) and "率" not in self.clause
            return self._existence() or self._left("no_count") if shared else None
        if word("respectively").search(self.words):
            return self._several_shares()
        part = self.report.neighbour(self.rate)
        if part is None or not counted(part) or (match.start() > 0 and not self._is_noun(match)):
            return self._existence() or self._left("no_count")
        return self._share_of(part, match["base"])

    def _share_of_printed(self) -> Rate | None:
        """Pair 140件、11件，分别占总数151件的92.7%、7.3%: the base stands within the share."""
        listed = self.report.sentences[self.rate.sentence_start]
        first, _ = self._list_of_rates()
        at = self.report.rank[self.rate.quantity.start]
        if not first or not word("share_of_printed").search(self.report.before(listed[first])):
            return None
        whole = listed[first - 1]
        head = self.report.before(whole)
        if not counted(whole) or not re.search("占[^0-9，,。；;]*$", head):
            return None
        place = first - 2
        if word("respectively").search(head):
            _, last = self._list_of_rates()
            place = first - 1 - (last - first + 1) + (at - first)
        if place < 0 or not counted(listed[place]) or not fits(listed[place], whole):
            return None
        return Rate(self.rate, listed[place], ((whole,),), True, "share")

    def _list_of_rates(self) -> tuple[int, int]:
        """Return the places in the sentence of the first and last rate of a list: 30%、20%."""
        listed = self.report.sentences[self.rate.sentence_start]
        first = last = self.report.rank[self.rate.quantity.start]
        while first and self._joins(listed[first - 1], listed[first]):
            first -= 1
        while last + 1 < len(listed) and self._joins(listed[last], listed[last + 1]):
            last += 1
        return first, last

    def _joins(self, one: Observation, other: Observation) -> bool:
        both = one.quantity.unit == other.quantity.unit == "%"
        return both and self.report.between(one, other).strip() in ("、", "和", "及")

    def _is_noun(self, match: re.Match[str]) -> bool:
        """Tell whether what stands before 占 is the noun of the count: 121件复议后诉讼案件，占."""
        return not _CLAUSE.search(self.words[: match.start()]) and match.start() <= 12

    def _share_of(self, part: Observation, said: str) -> Rate:
        """Pair the share of one count with the base that it names, or with what can be one."""
        before = [o for o in self.counts if o.quantity.end <= part.quantity.start]
        listed = [o for o in before if fits(part, o)]
        name = word("base_noise").sub("", said)
        alone = not self._in_list(part)
        if word("elsewhere").search(said):
            return Rate(self.rate, part, (), False, "share")
        if name:
            meant = [o for o in listed if self._names(name, o)]
            if meant:
                best = [(o,) for o in reversed(meant)]
                named = alone and self._one_scope(part, meant[-1])
                return Rate(self.rate, part, tuple(best), named, "share", alone)
            return Rate(self.rate, part, (), False, "share")
        total = self._total_of(part, listed)
        bases = [(o,) for o in reversed(listed) if o is not total]
        if total:
            named = alone and self._one_scope(part, total)
            return Rate(self.rate, part, ((total,), *bases), named, "share", alone)
        return Rate(self.rate, part, tuple(bases), False, "share", alone)

    def _in_list(self, part: Observation) -> bool:
        """Tell whether a share may be that of two counts: 维持435件、驳回136件，占58.4%."""
        if word("respectively").search(self.words) or self._among_shares():
            return False
        before = self.report.neighbour(part)
        return (
            before is not None
            and counted(before)
            and alike(before, part)
            and bool(word("joined").match(self.report.between(before, part)))
        )

    def _names(self, name: str, base: Observation) -> bool:
        """Tell whether every word of a base's name stands by the count: 受理 by 受理复议案件."""
        own = self.report.own(base)
        nouns = _NOUNS.findall(name) or [name]
        return all(noun in own or (noun[:2] in own and noun[-2:] in own) for noun in nouns)

    def _total_of(self, part: Observation, listed: list[Observation]) -> Observation | None:
        """Return the total that 其中 puts the count below."""
        start = self.report.head(self.rate)
        marks = [
            m.end() + start
            for m in re.finditer("其中", self.report.text[start : part.quantity.start])
        ]
        for mark in reversed(marks):
            above = [o for o in self.counts if o.quantity.end <= mark]
            if above and above[-1] in listed:
                return above[-1]
        return None

    def _among_shares(self) -> bool:
        """Tell whether the rate goes on a list: 分别占30%、20%."""
        before = self.report.neighbour(self.rate)
        return before is not None and self._joins(before, self.rate)

    def _several_shares(self) -> Rate | Left:
        """Pair 甲30件、乙20件，分别占30%、20% in their order."""
        listed = self.report.sentences[self.rate.sentence_start]
        at = self.report.rank[self.rate.quantity.start]
        first, last = self._list_of_rates()
        size = last - first + 1
        head = self.report.before(listed[first])
        match = word("share").search(head)
        if match is None or not word("respectively").search(head) or first < size:
            return self._left("no_count")
        parts = listed[first - size : first]
        if not all(counted(p) and alike(p, parts[0]) for p in parts):
            return self._left("no_count")
        self.counts = [o for o in self.counts if o.quantity.end <= parts[0].quantity.start]
        return self._share_of(parts[at - first], match["base"])

    # -- the word before 率 ----------------------------------------------------------------

    @cached_property
    def _name(self) -> str:
        """The measure that the rate names, or nothing: 考试合格 of 考试合格率达."""
        clause = self.clause
        before = self.report.neighbour(self.rate)
        if before is not None and before.quantity.role == "prior" and alike(before, self.rate):
            # 办结率由上年的90%提升至99.5%: the name stands before the earlier rate
            clause = re.sub("[由从].*$", "", _CLAUSE.split(self.report.before(before))[-1])
        if "、" in clause or word("respectively").search(self.words) or self._among_shares():
            return self._listed_name()
        match = word("rate_name").search(clause)
        if match is None or not word("rate_tail").match(match["tail"]):
            return ""
        return match[1]

    def _listed_name(self) -> str:
        """Return the name of one rate of 办结率、满意率分别为98.2%、99%."""
        listed = self.report.sentences[self.rate.sentence_start]
        at = self.report.rank[self.rate.quantity.start]
        first, _ = self._list_of_rates()
        clause = _CLAUSE.split(self.report.before(listed[first]))[-1]
        names = word("outcome_names").findall(clause)
        if at == first and len(names) == 1:
            return str(names[0][:-1])
        if not word("respectively").search(clause) or at - first >= len(names):
            return ""
        return re.sub(r"^[和及与]", "", names[at - first][:-1])

    def _prefix(self) -> str:
        return self._name[:-2]

    def _by_words(self) -> Rate | Left | None:
        """Pair by the words of the sentence: 合格率 with the count of those 合格."""
        name = self._name
        if not name:
            return None
        part, stem = self._part(name)
        if part is None:
            return None
        bases, close = self._bases(part, stem)
        if not self._same_measure(part, bases):
            return self._left("other_measure")
        alone = not any(
            o is not part and alike(o, part) and self._has(o, stem)
            for o in self._window()
            if not bases or o not in bases[0] or not word("due").search(self.report.own(o))
        )
        named = bool(bases) and close and alone and not self._pending()
        named = named and self._one_scope(part, bases[0][0])
        return Rate(self.rate, part, tuple(bases), named, "rate", alone)

    def _part(self, name: str) -> tuple[Observation | None, str]:
        """Return the count that the rate's name fits, the last one of them, and the word."""
        key = next((name[-size:] for size in (4, 3) if name[-size:] in _stems()), name[-2:])
        tries = [key, *_stems().get(key, ())]
        for listed in (self._window(), self.counts):
            for stem in tries:
                for count in reversed(listed):
                    if self._has(count, stem):
                        return count, stem
        return None, ""

    def _has(self, count: Observation, stem: str) -> bool:
        """Tell whether a count is of those that a word names: 合格 of 合格人数, not of 不合格."""
        own = re.sub(r"[\u4e00-\u9fff]{2}率", "", self.report.own(count))
        return bool(re.search(f"(?<![不未非无]){stem}", own))

    def _window(self) -> list[Observation]:
        """Return the counts since the last semicolon and since the rate before."""
        start = floor = self.report.head(self.rate)
        head = self.report.text[start : self.rate.quantity.start]
        for mark in _SEGMENT.finditer(head):
            floor = start + mark.end()
        for other in self.report.earlier(self.rate):
            if other.quantity.unit == "%" and other.quantity.role == "actual":
                floor = max(floor, other.quantity.end)
        return [o for o in self.counts if o.quantity.start >= floor]

    def _same_measure(self, part: Observation, bases: list[Base]) -> bool:
        """Tell whether 按期 of 按期办结率 is said of the count too, or 一审 of every base."""
        own, wholes = self.report.own(part), [self.report.own(o) for base in bases for o in base]
        return all(
            m[0] in own or (bool(wholes) and all(m[0] in w for w in wholes))
            for m in word("modifier").finditer(self._prefix())
        )

    def _bases(self, part: Observation, stem: str) -> tuple[list[Base], bool]:
        """Return the counts that can be the whole of a part, the nearest first.

        The flag is false where they stand in another part of the sentence: a fit tells something
        then, a misfit nothing.
        """
        listed = [o for o in self._window() if o is not part]
        close = True
        if not any(fits(part, o) for o in listed):
            others = [o for o in self.counts if o is not part and not self._of_other_rate(o)]
            listed = self._after_semicolon(others)
            if not any(fits(part, o) for o in listed):
                total = self._total_of(part, [o for o in self.counts if fits(part, o)])
                if total:
                    return [(total,)], True
                listed, close = others, False
        near = [
            o
            for o in sorted(listed, key=lambda o: abs(o.quantity.start - part.quantity.start))
            if fits(part, o) and (not close or self._same_thing(part, o, stem))
        ]
        near.sort(key=lambda o: o.quantity.start > part.quantity.start)
        carried = self._carried(part, listed)
        return [*([carried] if carried else []), *((o,) for o in near)], close

    def _of_other_rate(self, count: Observation) -> bool:
        """Tell whether a count is the part of an earlier rate of the sentence: no base of this."""
        own = re.sub(r"[\u4e00-\u9fff]{2}率", "", self.report.own(count))
        for other in self.report.earlier(self.rate):
            if other.quantity.unit == "%":
                match = word("rate_name").search(_CLAUSE.split(self.report.before(other))[-1])
                if match and match[1][-2:] in own:
                    return True
        return False

    def _after_semicolon(self, listed: list[Observation]) -> list[Observation]:
        start = self.report.head(self.rate)
        head = self.report.text[start : self.rate.quantity.start]
        marks = [m.end() + start for m in _SEGMENT.finditer(head)]
        floor = marks[-1] if marks else 0
        return [o for o in listed if o.quantity.start >= floor]

    def _carried(self, part: Observation, listed: list[Observation]) -> Base | None:
        """Return cases carried over and new ones as one base: 结转5件，新收70件."""
        before = [o for o in listed if o.quantity.end <= part.quantity.start and alike(o, part)]
        for i, o in enumerate(before):
            if word("carried").search(self.report.own(o)):
                others = [p for p in before[max(i - 1, 0) : i + 2] if p is not o]
                for other in reversed(others):
                    if value(o) + value(other) >= value(part) and not any(
                        value(p) == value(o) + value(other) for p in before
                    ):
                        return tuple(sorted((o, other), key=lambda x: x.quantity.start))
        return None

    def _same_thing(self, part: Observation, whole: Observation, stem: str) -> bool:
        """Tell whether what the part adds to its stem is named by the base or before it.

        主项覆盖数 after 清单录入: 主项 is named nowhere before, so the list is not its base.
        """
        rest = word("count_words").sub("", self.report.own(part).replace(stem, "，"))
        ends = whole.quantity.end + len(whole.subject) + 2
        said = self.report.text[part.sentence_start : ends] if ends < part.quantity.start else (
            self.report.text[part.sentence_start : part.quantity.start] + self.report.own(whole)
        )  # fmt: skip
        nouns = _NOUNS.findall(rest)
        return not nouns or any(
            noun[i : i + 2] in said for noun in nouns for i in range(len(noun) - 1)
        )

    # -- no count printed ------------------------------------------------------------------

    def _existence(self) -> Rate | None:
        """Pair a rate without its count with the base that its sentence counts.

        The codebook names the base, or the base is counted in the clause of the rate or of the
        rate right before it (15个断面达标率100%，优良比例86.7%).
        """
        if self._prefix() and word("modifier").search(self._prefix()):
            return None
        entry = self.report.entries.get(self.rate.indicator)
        codes = entry.bases if entry else ()
        listed = [o for o in self._after_semicolon(self.counts) if o.quantity.approx == "exact"]
        listed = [o for o in listed if o.quantity.kind == "count"]
        known = [o for o in listed if o.indicator and o.indicator in codes]
        if known:
            others = [
                o for o in listed if fits(known[0], o) and o not in known
            ]  # a wider base, such as what was received
            return Rate(self.rate, None, tuple((o,) for o in (*known, *others)), False, "existence")
        here: Observation | None = self.rate
        for _ in range(2):
            before = self.report.neighbour(here) if here else None
            if here is None or before is None:
                return None
            clauses = _CLAUSE.split(self.report.before(here))
            if before in listed and len(clauses) == 1:
                return Rate(self.rate, None, ((before,),), False, "existence")
            here = before if before.quantity.unit == "%" and len(clauses) == 2 else None
        return None
