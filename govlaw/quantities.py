"""Every figure of a text, with unit, interval, kind and role.

One pass reads Arabic numerals, one reads Chinese numerals that count something. What a numeral
cannot be (a date, the number of a document, a hotline, a name) is decided by the table
``structural.csv``; units and approximators are tables too. Widths of approximators are those of
:func:`govlaw.grammar.interval`.
"""

from __future__ import annotations

import re
from decimal import Decimal

from govlaw import numerals
from govlaw.grammar import (
    Approximator,
    any_structural,
    approximators,
    context,
    interval,
    patterns,
    structural,
    units,
)
from govlaw.model import Quantity
from govlaw.outline import enumerators
from govlaw.text import fold

_LATIN = re.compile(r"[A-Za-z]")
_LONGEST_BACK = 12  # no approximator, and no head of a document number, is longer


class _Reader:
    """Reads one text; holds what the rules look at on both sides of a numeral."""

    def __init__(self, text: str) -> None:
        self.text = fold(text)
        self.raw = text
        self.found: list[Quantity] = []
        self.patterns = patterns()
        self.names = _named_spans(self.text)
        self.enumerators = enumerators(self.text)

    def read(self) -> list[Quantity]:
        text, end = self.text, 0
        for digit in re.finditer(r"[0-9]+", text):
            if digit.start() < end:
                continue
            quantity = self._arabic(digit.start(), end)
            self.found.append(quantity)
            end = quantity.end
        self._hanzi()
        self.found.sort(key=lambda q: q.start)
        return self.found

    # -- Arabic numerals -------------------------------------------------------------------

    def _arabic(self, start: int, floor: int) -> Quantity:
        text = self.text
        if start in self.enumerators:
            return self._structure(start, self.enumerators[start], "number")
        head = text[max(floor, start - _LONGEST_BACK) : start]
        fraction = self.patterns["fraction"].match(text, start)
        if fraction and int(fraction["top"]) < int(fraction["bottom"]):
            return self._fraction(fraction)
        rules = structural() if any_structural().match(text, start) else ()
        for rule in rules:
            match = rule.pattern.match(text, start)
            back = rule.back.search(head) if match and rule.back else None
            if match and (rule.back is None or back):
                begin = start - len(back[0]) if back else start
                return self._structure(begin, match.end(), rule.value)
        if head.endswith("第"):
            return self._ordinal(start)
        ordinal = self.patterns["ordinal"].match(text, start)
        assert ordinal is not None
        if ordinal["unit"] and self._goes_on(start, ordinal["unit"]):
            value = Decimal(ordinal["number"])
            return self._structure(start, ordinal.end(), "ordinal", value, ordinal["unit"])
        if ordinal["unit"] in ("位", "名") and context("first_places").search(head):
            return self._rank(start - 1, ordinal.end(), ordinal["number"], ordinal["unit"])
        if head and _LATIN.match(head[-1]):
            letters = re.search(r"[A-Za-z]+$", head)
            number = re.compile(r"[0-9]+(?:\.[0-9]+)?").match(text, start)
            assert letters and number
            return self._structure(start - len(letters[0]), number.end(), "none")
        match = self.patterns["arabic"].match(text, start)
        assert match is not None
        if self._is_name(start, match):
            return self._structure(start, match.end("number"), "number")
        return self._number(match, floor)

    def _is_name(self, start: int, match: re.Match[str]) -> bool:
        """A bare number between quotation marks or in a title is part of a name."""
        inside = self.names.get(start)
        if inside is None:
            return False
        opening, length = inside
        if opening == "《":
            return True
        following = self.text[match.end("number") : match.end("number") + 1]
        if match["unit"] is None or (following and _LATIN.match(following)):
            return True
        return length <= 20 and match["unit"] not in ("%", "％")

    def _number(self, match: re.Match[str], floor: int) -> Quantity:
        start, end = match.start(), match.end()
        number, unit_form = match["number"], match["unit"]
        unit = units().get(unit_form or "")
        factor = Decimal(numerals.scale(match["scale"] or "") or 1)
        if match["scale"] and unit and unit_form and unit.form != "元":
            # 万元 is a unit of its own; here the scale was taken first
            joined = units().get(match["scale"] + unit_form)
            unit = joined if joined and joined.factor == factor else unit
        if unit and unit.dimension == "money" and unit.form != unit.canonical:
            factor *= unit.factor if not match["scale"] else 1
        value = numerals.arabic(number)
        assert value is not None
        decimals = len(number.partition(".")[2])
        step = Decimal(1).scaleb(-decimals) * factor
        value *= factor
        canonical = unit.canonical if unit else ""
        dimension = unit.dimension if unit else ""
        if match["number2"]:
            return self._range(match, value, factor, floor)
        name, approx = "exact", "exact"
        if match["more1"] or match["more2"]:
            name, approx = "more_than", "over"
        if match["after"]:
            rule = approximators("after")[match["after"]]
            name, approx = rule.interval, rule.approx
        before = self._before(start, floor, dimension)
        if before:
            start -= len(before.form)
            if name in ("exact", "more_than"):
                name, approx = before.interval, before.approx
        else:
            detached = self._detached(start)
            if detached and name == "exact":
                name, approx = detached.interval, detached.approx
        rounded = decimals > 0 or bool(match["scale"]) or factor != 1 or dimension == "percent"
        low, high = interval(value, step, name, rounded)
        if dimension == "percent" and value in (0, 100) and name == "exact":
            low, high = (value, high) if value == 0 else (low, value)  # no share is beyond these
        kind = self._kind(
            match.start(), unit.kind if unit else "level" if decimals and factor == 1 else "count"
        )
        return Quantity(
            start, end, self.raw[start:end], value, low, high, canonical, approx, kind,
            self._prior(match.start(), match.end()), number, self._doubtful(match, end),
        )  # fmt: skip

    def _range(self, match: re.Match[str], value: Decimal, factor: Decimal, floor: int) -> Quantity:
        """Read 20%至30% and 3—5名; what is no range is read as its first number alone."""
        upper = numerals.arabic(match["number2"])
        assert upper is not None
        second = units()[match["unit2"]]
        scale2 = Decimal(numerals.scale(match["scale2"] or "") or 1)
        if second.dimension == "money" and second.form != second.canonical:
            scale2 *= second.factor
        upper *= scale2
        if match["unit"] is None and match["scale"] is None and factor == 1:
            value *= scale2
        first = units().get(match["unit"] or match["unit2"])
        before = self.text[max(floor, match.start() - 14) : match.start()]
        if upper <= value or first != second or context("prior_before").search(before):
            cut = match.start("to")
            alone = self.patterns["arabic"].match(self.text, match.start(), cut)
            assert alone is not None
            return self._number(alone, floor)
        start, end = match.start(), match.end()
        return Quantity(
            start, end, self.raw[start:end], value, value, upper, second.canonical, "exact",
            self._kind(start, second.kind), "actual", match["number"],
        )  # fmt: skip

    def _fraction(self, match: re.Match[str]) -> Quantity:
        value = Decimal(match["top"]) / Decimal(match["bottom"])
        rule = approximators("after").get(match["after"] or "")
        name, approx = (rule.interval, rule.approx) if rule else ("exact", "exact")
        low, high = interval(value, Decimal(0), name, False)
        start, end = match.span()
        return Quantity(
            start, end, self.raw[start:end], value, low, high, "比例", approx, "rate", "actual",
            match[0],
        )  # fmt: skip

    def _rank(self, start: int, end: int, number: str, unit: str) -> Quantity:
        """Return 第5位, or 前三位: any place from the first to the third."""
        value = numerals.arabic(number) or Decimal(numerals.chinese(number) or 0)
        best = Decimal(1) if self.text[start] == "前" else value
        return Quantity(
            start, end, self.raw[start:end], value, best, value, unit, "exact", "rank", "actual",
            number,
        )  # fmt: skip

    def _goes_on(self, start: int, unit: str) -> bool:
        """Tell whether 53次 goes on from the 第51次 before it: 第51次、53次会议."""
        last = self.found[-1] if self.found else None
        return (
            last is not None
            and last.role == "structural"
            and last.unit == unit != "年"
            and self.text[last.end : start] in ("、", "和", "及")
        )

    def _ordinal(self, start: int) -> Quantity:
        match = self.patterns["ordinal"].match(self.text, start)
        assert match is not None
        value = Decimal(match["number"])
        begin, end = start - 1, match.end()
        unit = match["unit"] or ""
        alone = context("rank_alone").search(self.text[max(0, begin - 1) : end + 1])
        if unit in ("位", "名", "方阵") or (not unit and alone):
            return self._rank(begin, end, match["number"], unit)
        return self._structure(begin, end, "ordinal", value, unit)

    def _structure(
        self, start: int, end: int, value: str, number: Decimal | None = None, unit: str = ""
    ) -> Quantity:
        """Return a number that belongs to the frame of the text: a date, a name, a law."""
        text = self.raw[start:end]
        digits = re.search(r"[0-9]+(?:\.[0-9]+)?", self.text[start:end])
        low = high = number
        if digits and value in ("year", "years"):
            number = low = high = Decimal(digits[0][:4])
            unit = "年"
            if value == "years":
                years = re.findall(r"(?:19|20)[0-9]{2}", self.text[start:end])
                high = Decimal(years[-1])
        elif digits and value == "number":
            number = low = high = Decimal(digits[0])
        return Quantity(
            start, end, text, number, low, high, unit, "exact", "other", "structural",
            digits[0] if digits else "",
        )  # fmt: skip

    # -- what stands around a number -------------------------------------------------------

    def _before(self, start: int, floor: int, dimension: str) -> Approximator | None:
        """Return the approximator that ends where the number starts."""
        head = self.text[max(floor, start - _LONGEST_BACK) : start]
        table = approximators("before")
        for size in range(min(3, len(head)), 0, -1):
            rule = table.get(head[-size:])
            if rule is None:
                continue
            previous = head[-size - 1 : -size]
            if previous and previous in rule.not_after:
                return None
            if rule.form == "上" or (rule.form == "近" and dimension == "time"):
                return None
            return rule
        return None

    def _detached(self, start: int) -> Approximator | None:
        """Return 至少 and its like where words stand between it and the number (每年至少对1件)."""
        head = self.text[max(0, start - _LONGEST_BACK) : start]
        match = context("detached").search(head)
        return approximators("before")[match[1]] if match else None

    def _kind(self, start: int, kind: str) -> str:
        if kind in ("rate", "count", "amount", "duration"):
            head = self.text[max(0, start - 16) : start]
            if context("change_before").search(head) and not context("change_to").search(head):
                return "change" if kind != "count" or context("compared").search(head) else kind
        return kind

    def _prior(self, start: int, end: int) -> str:
        """Return prior for the first number of 由85.3%提升至91.7%, else actual."""
        head = self.text[max(0, start - 14) : start]
        if context("prior_before").search(head) and context("prior_after").match(self.text, end):
            return "prior"
        return "actual"

    def _doubtful(self, match: re.Match[str], end: int) -> bool:
        """A number that starts with 0, or runs into another without a mark, may be fused."""
        number = match["number"]
        return (len(number) > 1 and number[0] == "0" and number[1] != ".") or (
            self.text[end : end + 1] == "." and self.text[end + 1 : end + 2].isdigit()
        )

    # -- Chinese numerals ------------------------------------------------------------------

    def _hanzi(self) -> None:
        taken = bytearray(len(self.text))
        for quantity in self.found:
            taken[quantity.start : quantity.end] = b"\1" * (quantity.end - quantity.start)
        for name in ("hanzi_rate", "streak", "zero", "double", "rank", "hanzi"):
            for match in self.patterns[name].finditer(self.text):
                start, end = match.span()
                if taken[start] or taken[end - 1]:
                    continue
                if name != "streak" and start in self.names:
                    continue
                read = getattr(self, f"_read_{name}")(match)
                if read is not None:
                    self.found.append(read)
                    taken[read.start : read.end] = b"\1" * (read.end - read.start)

    def _read_hanzi_rate(self, match: re.Match[str]) -> Quantity | None:
        unit, after = "%", match["after1"] or match["after2"] or match["after3"] or match["after4"]
        if match["percent"]:
            whole, _, part = match["percent"].partition("点")
            number = numerals.chinese(whole)
            decimals = [numerals.chinese(c) for c in part]
            if number is None or None in decimals:
                return None
            value = Decimal(f"{number}.{''.join(map(str, decimals))}" if part else number)
        elif match["top"]:
            top, bottom = numerals.chinese(match["top"]), numerals.chinese(match["bottom"])
            if not top or not bottom or top >= bottom:
                return None
            value, unit = Decimal(top) / Decimal(bottom), "比例"
        elif match["tenths"]:
            value = Decimal(10 * (numerals.chinese(match["tenths"]) or 0))
        else:
            value = Decimal(50)
        rule = approximators("after").get(after or "")
        name, approx = (rule.interval, rule.approx) if rule else ("exact", "exact")
        if after == "多":
            name, approx = "more_than", "over"
        if match["half"] and match["half"][0] == "过":
            name, approx = "above", "over"
        before = self._before(match.start(), 0, "percent")
        start = match.start()
        if before:
            start, name, approx = start - len(before.form), before.interval, before.approx
        elif match["tenths"] and not after:
            return None  # 成 alone is too often a verb
        step = Decimal(1).scaleb(-len((match["percent"] or "").partition("点")[2]))
        step = Decimal(0) if match["top"] else step
        low, high = interval(value, step, name, bool(match["percent"]))
        if match["percent"] and value == 100 and name == "exact":
            high = value
        end = match.end()
        return Quantity(
            start, end, self.raw[start:end], value, low, high, unit, approx,
            self._kind(match.start(), "rate"), self._prior(match.start(), end), match[0],
        )  # fmt: skip

    def _read_rank(self, match: re.Match[str]) -> Quantity | None:
        """Read a rank that names no measure word: 位列全省第二。"""
        if not numerals.chinese(match["number"]):
            return None
        return self._rank(match.start(), match.end(), match["number"], "")

    def _read_streak(self, match: re.Match[str]) -> Quantity:
        value = Decimal(numerals.chinese(match["number"]) or 0)
        return Quantity(
            *match.span(), self.raw[match.start() : match.end()], value, value, value, "次",
            "exact", "count", "actual", match["number"],
        )  # fmt: skip

    def _read_zero(self, match: re.Match[str]) -> Quantity:
        zero = Decimal(0)
        return Quantity(
            *match.span(), match[0], zero, zero, zero, "", "exact", "count", "actual", match[0]
        )

    def _read_double(self, match: re.Match[str]) -> Quantity:
        value = Decimal(2 if match[0][1] == "一" else 4)
        return Quantity(
            *match.span(), match[0], value, value, value, "倍", "exact", "change", "actual",
            match[0],
        )  # fmt: skip

    def _read_hanzi(self, match: re.Match[str]) -> Quantity | None:
        text, start, end, prefix = self.text, match.start(), match.end(), match["prefix"]
        first = context("first_places").search(text[max(0, start - 1) : start + 1])
        if prefix == "前" and not first:  # 目前三名
            start, prefix = start + 1, None
        form = match["unit"] or match["whole"]
        number = numerals.chinese(match["number"])
        previous = text[start - 1 : start]
        if number is None:
            return None
        value = Decimal(number)
        if prefix == "第":
            return self._hanzi_ordinal(match, value)
        if match["large"]:  # 五大领域: a fixed whole, named rather than counted
            return self._rhetorical(start, end, value, form)
        unit = units().get(form)
        canonical = unit.canonical if unit else form
        vague = match["vague"] or match["more"]
        if form == "级":
            if context("tier_before").search(previous):
                return self._rhetorical(start, end, value, form)
            return None
        if form == "季度":
            return self._structure(start, end, "ordinal", value, form)
        money = unit is not None and unit.dimension == "money"
        if number < 2 and not vague and not money and prefix != "前":
            return None  # 一 is an article more often than a count
        if context("hanzi_never_after").search(text[max(0, start - 2) : start]) and not prefix:
            return None
        if form == "年" and context("hanzi_year").fullmatch(match["number"]):
            return self._structure(start, end, "ordinal", value, form)
        if form == "年" and context("hanzi_year_name").match(text, end):
            return None
        if prefix == "前":
            if form not in ("位", "名"):
                return None
            return self._rank(start, end, match["number"], canonical)
        # a number that ends in 万 or 亿 is a rounding, in either way of writing it
        step = Decimal(numerals.scale(match["scale"] or match["number"][-1]) or 1)
        step = step if step >= 10_000 else Decimal(1)
        if match["scale"]:
            value *= step
        if unit and money:
            value, step = value * unit.factor, step * unit.factor
        if (
            unit
            and unit.dimension == "item"
            and context("hanzi_whole").match(text, end)
            and not vague
        ):
            return self._rhetorical(start, end, value, canonical)
        name, approx = "exact", "exact"
        if match["vague"]:
            low, high = value * 2, value * 10
            return Quantity(
                start, end, self.raw[start:end], low, low, high, canonical, "over",
                self._kind(start, unit.kind if unit else "count"), "actual", match["number"],
            )  # fmt: skip
        if match["more"]:
            rule = "about" if match["more"] == "来" else "more_than"
            name, approx = rule, ("about" if rule == "about" else "over")
        if match["after"]:
            after = approximators("after")[match["after"]]
            name, approx = after.interval, after.approx
        before = self._before(start, 0, unit.dimension if unit else "")
        if before is None and previous == "上" and match["number"] in ("百", "千", "万"):
            before = approximators("before")["上"]
        if before:
            start -= len(before.form)
            name, approx = before.interval, before.approx
        low_, high_ = interval(value, step, name, step > 1)
        return Quantity(
            start, end, self.raw[start:end], value, low_, high_, canonical, approx,
            self._kind(match.start(), unit.kind if unit else "count"),
            self._prior(match.start(), end), match["number"],
        )  # fmt: skip

    def _hanzi_ordinal(self, match: re.Match[str], value: Decimal) -> Quantity | None:
        start, end = match.span()
        form = match["unit"] or ""
        if form in ("位", "名", "方阵"):
            return self._rank(start, end, match["number"], form)
        if form and form != "级":
            return self._structure(start, end, "ordinal", value, form)
        return None

    def _rhetorical(self, start: int, end: int, value: Decimal, unit: str) -> Quantity:
        return Quantity(
            start, end, self.raw[start:end], value, value, value, unit, "exact", "count",
            "rhetorical", self.text[start:end],
        )  # fmt: skip


def _named_spans(text: str) -> dict[int, tuple[str, int]]:
    """Return, for every offset inside “…” or 《…》, the opening mark and the length of the name.

    An unbalanced mark opens nothing: a name ends within its own sentence.
    """
    inside: dict[int, tuple[str, int]] = {}
    for match in context("name_marks").finditer(text):
        start, end = match.span()
        inside.update(dict.fromkeys(range(start, end), (text[start], end - start - 2)))
    return inside


def find(text: str) -> list[Quantity]:
    """Return every figure of a text in order of its offset; spans do not overlap.

    Roles are those that the figure's own surroundings decide: structural, rhetorical, prior, else
    actual. Targets need the section and the kind of document: see :mod:`govlaw.roles`.
    """
    return _Reader(text).read()
