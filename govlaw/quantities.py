"""Every figure of a text, with unit, interval, kind and role.

One pass goes over all numerals in the order of the text. What a numeral cannot be (a date, the
number of a document, a hotline, a name) is decided by the table ``structural.csv``; units and
approximators are tables too. Widths of approximators are those of :func:`govlaw.grammar.interval`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from decimal import Decimal
from functools import cache, lru_cache

from govlaw import numerals
from govlaw.gates import gate
from govlaw.grammar import (
    Approximator,
    Unit,
    any_structural,
    approximators,
    context,
    interval,
    patterns,
    structural,
    units,
)
from govlaw.memory import uncollected
from govlaw.model import Quantity
from govlaw.outline import enumerators
from govlaw.text import fold

_LONGEST_BACK = 12  # no approximator, and no head of a document number, is longer
_LONGEST_CHANGE = 16  # the words of a change stand no further before their number
_LONGEST_PRIOR = 14
_LONGEST_NAME = 20  # a quoted phrase that is longer is speech, and its numbers count
_RATIONAL = "比例"
_MOST_PLACES = (
    20  # before the point: the largest budgets in 元 have 14, numbers of accounts have 19
)
#: More digits than a figure has; those of a list stand in groups of three, too.
_ENDLESS = re.compile(
    rf"[0-9]{{{_MOST_PLACES + 1},}}|[0-9]{{0,3}}(?:,[0-9]{{3}}){{7,}}"
    rf"|[0-9]+\.[0-9]{{{_MOST_PLACES + 1},}}|[{numerals.CHARACTERS}]{{40,}}"
)
_PLACES = ("位", "名", "方阵", "梯队")  # an ordinal with one of these is a rank
#: Width and approximator of a figure without words, and with 余 多 几 or 来 inside.
_EXACT, _MORE, _ABOUT = ("exact", "exact"), ("more_than", "over"), ("about", "about")
#: A whole number of items this large is rarely true: two counts may have lost what parted them.
_FEW = Decimal(10_000)


class _Reader:
    """Reads one text; holds what the rules look at on both sides of a numeral."""

    def __init__(self, text: str) -> None:
        self.text = fold(text)
        self.raw = text
        self.found: list[Quantity] = []
        self.patterns = patterns()
        self.names = [match.span() for match in context("name_marks").finditer(self.text)]
        self.name_starts = [start for start, _ in self.names]
        self.enumerators = enumerators(self.text)

    def read(self) -> list[Quantity]:
        end = 0
        for hit in self.patterns["numeral"].finditer(self.text):
            start = hit.start()
            if start < end:
                continue
            endless = _ENDLESS.match(self.text, start)
            if endless:
                quantity: Quantity | None = self._endless(start, endless.end())
            elif self.text[start] <= "9":
                quantity = self._arabic(start, end)
            else:
                quantity = self._hanzi(start, hit.end(), end)
            if quantity is not None:
                if quantity.value is not None and quantity.value.adjusted() >= _MOST_PLACES:
                    quantity = self._endless(quantity.start, quantity.end)
                self.found.append(quantity)
                end = quantity.end
        return _units_shared(self.text, self.found)

    def _endless(self, start: int, end: int) -> Quantity:
        """Return digits without a value: nothing that a government counts has so many."""
        return Quantity(
            start, end, self.raw[start:end], None, None, None, "", "exact", "other", "structural",
            uncertain=True,
        )  # fmt: skip

    # -- Arabic numerals -------------------------------------------------------------------

    def _arabic(self, start: int, floor: int) -> Quantity:
        text = self.text
        if start in self.enumerators:
            return self._structure(start, self.enumerators[start], "number")
        match = self.patterns["arabic"].match(text, start)
        assert match is not None
        if text.startswith("/", match.end("number")):
            fraction = self.patterns["fraction"].match(text, start)
            if fraction and int(fraction["top"]) < int(fraction["bottom"]):
                return self._fraction(fraction)
        back = max(floor, start - _LONGEST_BACK)
        for rule in structural() if any_structural().match(text, start) else ():
            named = rule.pattern.match(text, start)
            head = rule.back.search(text, back, start) if named and rule.back else None
            if named and (rule.back is None or head):
                begin = head.start() if head else start
                lead = context("number_lead").match(text, begin, start)
                return self._structure(lead.end() if lead else begin, named.end(), rule.value)
        previous = text[start - 1] if start > floor else ""
        if previous == "第":
            return self._ordinal(start)
        if previous and previous in "、和及" and self._goes_on(start):
            ordinal = self.patterns["ordinal"].match(text, start)
            assert ordinal is not None
            value = Decimal(ordinal["number"])
            return self._structure(start, ordinal.end(), "ordinal", value, ordinal["unit"])
        if previous == "前" and context("first_places").search(text, back, start):
            ordinal = self.patterns["ordinal"].match(text, start)
            assert ordinal is not None
            unit = ordinal["unit"] or ""
            if unit in ("位", "名") or context("first_alone").match(text, start - 1):
                return self._rank(start - 1, ordinal.end(), ordinal["number"], unit)
        opens = not match["unit"] and previous and previous in "：:。；;"
        if opens and context("list_mark").match(text, match.end("number")):
            return self._structure(start, match.end("number"), "number")
        if previous.isascii() and previous.isalpha():
            letters = self.patterns["letters"].search(text, back, start)
            assert letters is not None
            return self._structure(letters.start(), match.end("number"), "number")
        if self._is_name(start, match):
            return self._structure(start, match.end("number"), "number")
        if previous and previous in "每" and context("base").match(text, start):
            return self._structure(start, match.end(), "number")
        return self._number(match, floor)

    def _is_name(self, start: int, match: re.Match[str]) -> bool:
        """A bare number between quotation marks or in a title is part of a name."""
        inside = self._name(start)
        if inside is None:
            return False
        opening, end = inside
        if self.text[opening] == "《":
            return True
        following = self.text[match.end("number") : match.end("number") + 1]
        if match["unit"] is None or (following.isascii() and following.isalpha()):
            return True
        return end - opening - 2 <= _LONGEST_NAME and match["unit"] not in ("%", "％")

    def _name(self, offset: int) -> tuple[int, int] | None:
        """Return the “…” or 《…》 that holds an offset, marks included."""
        index = bisect_right(self.name_starts, offset) - 1
        if index >= 0 and offset < self.names[index][1]:
            return self.names[index]
        return None

    def _number(self, match: re.Match[str], floor: int) -> Quantity:
        if match["number2"]:
            return self._range(match, floor)
        text, begin, end = self.text, match.start(), match.end()
        end -= text[end - 1] == " "
        number, scale, form = match["number"], match["scale"] or "", match["unit"] or ""
        parted = " " in number or "，" in number
        if parted:
            number = number.replace("，", ",").replace(". ", ".").replace(" ", ",")
            parted = self.raw[begin] <= "9"  # a full-width comma is at home among such digits
        unit = units().get(form)
        more = match["more1"] or match["more2"]
        name, approx = _after(match["after"], _MORE if more else _EXACT)
        start = begin
        before = self._before(begin, floor, unit.dimension if unit else "")
        if before:
            start -= len(before.form)
            if name in ("exact", "more_than"):
                name, approx = before.interval, before.approx
        elif name == "exact" and _cue().search(text, max(0, begin - _LONGEST_BACK), begin):
            detached = context("detached").search(text, max(0, begin - _LONGEST_BACK), begin)
            if detached:
                rule = approximators("before")[detached[1]]
                name, approx = rule.interval, rule.approx
        value, low, high = _reading(number, scale, match["thousands"] or "", form, name)
        kind = unit.kind if unit else "level" if "." in number and not scale else "count"
        kind, direction = self._kind(begin, kind, floor, form, end)
        if start == begin and self._negative(begin, floor, unit.dimension if unit else ""):
            start, kind, direction = begin - 1, "change", "down"
            value, low, high = -value, -high if high else high, -low if low else low
        return Quantity(
            start, end, self.raw[start:end], value, low, high, unit.canonical if unit else "",
            approx, kind, self._prior(begin, end), number.replace(",", ""),
            parted or self._doubtful(match, value, unit), direction,
        )  # fmt: skip

    def _negative(self, start: int, floor: int, dimension: str) -> bool:
        """Tell whether a minus sign belongs to a rate: 同比-24.76%."""
        return (
            dimension in ("percent", "points")
            and start > floor
            and self.text[start - 1] in "-−"
            and not (
                start > 1 and self.text[start - 2].isalnum() and self.text[start - 2].isascii()
            )
            and not (start - 1 == floor and self.found)
        )

    def _range(self, match: re.Match[str], floor: int) -> Quantity:
        """Read 20%至30% and 3—5名; what is no range is read as its first number alone."""
        number = match["number"].replace("，", ",").replace(" ", "")
        scale1, scale2 = match["scale"] or "", match["scale2"] or ""
        form1, form2 = match["unit"] or match["unit2"], match["unit2"]
        if not match["scale"] and not match["unit"]:
            scale1 = scale2  # 3—5万人: the scale is that of both
        value = _reading(number, scale1, "", form1, "exact")[0]
        upper = _reading(match["number2"], scale2, "", form2, "exact")[0]
        unit, other = units().get(form2), units().get(form1)
        earlier = context("prior_before").search(
            self.text, max(floor, match.start() - _LONGEST_PRIOR), match.start()
        )
        if upper <= value or unit is None or other is None or earlier:
            same = False
        else:
            same = unit.canonical == other.canonical
        if not same:
            alone = self.patterns["arabic"].match(self.text, match.start(), match.start("to"))
            assert alone is not None
            return self._number(alone, floor)
        assert unit is not None
        start, end = match.start(), match.end()
        kind, direction = self._kind(start, unit.kind, floor)
        return Quantity(
            start, end, self.raw[start:end], value, value, upper, unit.canonical, "exact",
            kind, "actual", match["number"], False, direction,
        )  # fmt: skip

    def _fraction(self, match: re.Match[str]) -> Quantity:
        value = Decimal(match["top"]) / Decimal(match["bottom"])
        name, approx = _after(match["after"])
        low, high = interval(value, Decimal(0), name, False)
        start, end = match.span()
        return Quantity(
            start, end, self.raw[start:end], value, low, high, _RATIONAL, approx, "rate", "actual",
            match[0],
        )  # fmt: skip

    def _rank(self, start: int, end: int, number: str, unit: str) -> Quantity:
        """Return 第5位, or 前三位: any place from the first to the third."""
        value = numerals.arabic(number) or Decimal(numerals.chinese(number) or 0)
        best = Decimal(1) if self.text[start] == "前" else value
        return Quantity(
            start, end, self.raw[start:end], value, best, value, unit, "exact", "rank",
            self._prior(start, end), number,
        )  # fmt: skip

    def _goes_on(self, start: int) -> bool:
        """Tell whether 53次 goes on from the 第51次 before it: 第51次、53次会议."""
        last = self.found[-1] if self.found else None
        if last is None or last.role != "structural" or last.end != start - 1:
            return False
        ordinal = self.patterns["ordinal"].match(self.text, start)
        return bool(ordinal and ordinal["unit"] and last.unit == ordinal["unit"] != "年")

    def _ordinal(self, start: int) -> Quantity:
        match = self.patterns["ordinal"].match(self.text, start)
        assert match is not None
        value = Decimal(match["number"])
        begin, end = start - 1, match.end()
        unit = match["unit"] or ""
        alone = context("rank_alone").search(self.text[max(0, begin - 1) : end + 1])
        if unit in _PLACES or (not unit and alone):
            return self._rank(begin, end, match["number"], unit)
        return self._structure(begin, end, "ordinal", value, unit)

    def _structure(
        self, start: int, end: int, value: str, number: Decimal | None = None, unit: str = ""
    ) -> Quantity:
        """Return a number that belongs to the frame of the text: a date, a name, a law.

        ``value`` says what it is worth; a question mark after it, that the print is damaged.
        """
        damaged, value = value.endswith("?"), value.rstrip("?")
        text = self.raw[start:end]
        digits = self.patterns["digits"].search(self.text, start, end)
        low = high = number
        if digits and value in ("year", "years"):
            number = low = high = Decimal(digits[0][:4])
            unit = "年"
            if value == "years":
                years = re.findall(r"(?:19|20)[0-9]{2}", self.text[start:end])
                high = Decimal(years[-1])
        elif digits and value in ("number", "counted"):
            number = low = high = Decimal(digits[0])
            unit = self.text[digits.end() : end] if value == "counted" else unit
        return Quantity(
            start, end, text, number, low, high, unit, "exact", "other", "structural",
            digits[0] if digits else "", damaged,
        )  # fmt: skip

    # -- what stands around a number -------------------------------------------------------

    def _before(self, start: int, floor: int, dimension: str) -> Approximator | None:
        """Return the approximator that ends where the number starts."""
        text = self.text
        if start <= floor or text[start - 1] not in _last_characters():
            return None
        table = approximators("before")
        for size in range(min(3, start - floor), 0, -1):
            rule = table.get(text[start - size : start])
            if rule is None:
                continue
            previous = text[start - size - 1] if start - size > floor else ""
            if previous and previous in rule.not_after:
                return None
            if rule.form == "上" or (rule.form == "近" and dimension == "time"):
                return None
            return rule
        return None

    def _kind(
        self, start: int, kind: str, floor: int, unit: str = "", end: int = 0
    ) -> tuple[str, str]:
        """Return the kind of a figure, and for a change its direction: up, down or unknown."""
        if unit == "位" and context("rank_change").search(self.text, max(floor, start - 4), start):
            kind = "change"
        if kind not in ("rate", "count", "amount", "duration", "change"):
            return kind, ""
        text, back = self.text, max(0, start - _LONGEST_CHANGE)
        if kind != "change":
            if not _cue().search(text, back, start) or not context("change_before").search(
                text, back, start
            ):
                return kind, ""
            if context("change_to").search(text, back, start):
                return kind, ""
            if (
                kind == "count"
                and not context("compared").search(text, back, start)
                and not (
                    end
                    and context("change_alone").search(text, back, start)
                    and context("clause_ends").match(text, end)
                )
            ):
                return kind, ""
        direction = ""
        for word in context("direction").finditer(text, max(back, floor), start):
            direction = word.lastgroup or ""
        return "change", direction

    def _prior(self, start: int, end: int) -> str:
        """Return prior for the first number of 由85.3%提升至91.7%, else actual."""
        text, back = self.text, max(0, start - _LONGEST_PRIOR)
        if not _cue().search(text, back, start):
            return "actual"
        if context("prior_before").search(text, back, start):
            if context("prior_after").match(text, end):
                return "prior"
        elif context("prior_year").search(text, back, start) or (
            context("prior_than").search(text, back, start)
            and context("prior_than_after").match(text, end)
        ):
            return "prior"
        return "actual"

    def _doubtful(self, match: re.Match[str], value: Decimal, unit: Unit | None) -> bool:
        """Tell whether a number may be damaged.

        It starts with 0, or runs into another without a mark; it lost its measure word
        (事项12出台); a comma stands where a point is likelier (满意率99，8%); or it is far too
        large for what it counts, so that two counts may be fused (42156项).
        """
        number, end = match["number"], match.end()
        if number[0] == "0" and len(number) > 1 and number[1] != ".":
            return True
        following = self.text[end : end + 2]
        if following[:1] == "." and following[1:].isdigit():
            return True
        if "，" in (self.text[end : end + 1], self.text[match.start() - 1 : match.start()]):
            near = context("point_lost").search(self.text, max(0, match.start() - 8), end + 4)
            if near and near.start() < match.start() and end <= near.end():
                return True
        if unit is None:
            return (
                not match["scale"]
                and "." not in number
                and match.start() > 0
                and bool(context("unit_lost").match(self.text, match.start() - 1))
            )
        return (
            value >= _FEW
            and len(number) > 4
            and "," not in number
            and not match["after"]
            and context("seldom_many").fullmatch(match["unit"]) is not None
        )

    # -- Chinese numerals ------------------------------------------------------------------

    def _hanzi(self, start: int, end: int, floor: int) -> Quantity | None:
        """Read a run of Chinese numerals that counts something, or nothing."""
        text = self.text
        following = text[end : end + 1]
        previous = text[start - 1] if start > floor else ""
        if text[start] == "半" or following == "半":
            return None if self._name(start) else self._half(start, floor)
        if following == "连":
            return self._streak(start)
        if following not in _followers():
            if previous == "第":
                return self._bare_rank(start, floor)
            if previous == "前" and context("first_alone").match(text, start - 1):
                return self._rank(start - 1, end, text[start:end], "")
            if previous == "为" and context("zero").match(text, start):
                return self._plain(start, end, Decimal(0), "", "count")
            return None
        if self._name(start):
            return None
        if following == "番":
            if previous != "翻" or end - start != 1:
                return None
            value = Decimal(2 if text[start] == "一" else 4)
            return self._plain(start - 1, end + 1, value, "倍", "change", "up")
        if following in "分成":
            rate = self._rate(start, floor)
            if rate is not None:
                return rate
        if following in "至到-—~～–点":
            return self._two_part(start, end, floor)
        return self._counted(start, end, floor, previous)

    def _plain(
        self, start: int, end: int, value: Decimal, unit: str, kind: str, direction: str = ""
    ) -> Quantity:
        """Return a figure whose words leave no width."""
        text = self.raw[start:end]
        return Quantity(
            start, end, text, value, value, value, unit, "exact", kind, "actual", text, False,
            direction,
        )  # fmt: skip

    def _half(self, start: int, floor: int) -> Quantity | None:
        """Read 半数 and 一半, with what makes an interval of them: 过半数, 近一半, 一半以上."""
        match = self.patterns["half"].match(self.text, start)
        if match is None:
            return None
        name, approx = _after(match["after"])
        previous = self.text[start - 1] if start > floor else ""
        before = self._before(start, floor, "percent")
        if before:
            start, name, approx = start - len(before.form), before.interval, before.approx
        elif previous == "过":
            start, name, approx = start - 1, "above", "over"
        low, high = interval(Decimal(50), Decimal(1), name, False)
        kind, direction = self._kind(match.start(), "rate", floor)
        return Quantity(
            start, match.end(), self.raw[start : match.end()], Decimal(50), low, high, "%", approx,
            kind, self._prior(match.start(), match.end()), match[0], False, direction,
        )  # fmt: skip

    def _rate(self, start: int, floor: int) -> Quantity | None:
        """Read 百分之九十五, 三分之二, 八成 and 七八成."""
        text = self.text
        match = self.patterns["rate"].match(text, start)
        if match is None:
            return None
        begin, end, unit, step = start, match.end(), "%", Decimal(0)
        upper = None
        if match["percent"]:
            value, step = _decimal(match["percent"])
        elif match["top"]:
            top, bottom = numerals.chinese(match["top"]), numerals.chinese(match["bottom"])
            if not top or not bottom or top >= bottom:
                return None
            value, unit = Decimal(top) / Decimal(bottom), _RATIONAL
        else:
            value, step = Decimal(10 * (numerals.chinese(match["tenths"]) or 0)), Decimal(1)
            upper = Decimal(10 * (numerals.chinese(match["tenths2"] or "") or 0)) or None
            value += 5 if match["part"] else 0  # 七成五
        if value is None:
            return None
        name, approx = _after(match["after"] or match["after2"])
        if match["after2"] == "多":
            name, approx = _MORE
        before = self._before(start, floor, "percent")
        if before:
            start, name, approx = start - len(before.form), before.interval, before.approx
        elif (
            match["tenths"]
            and approx == "exact"
            and upper is None
            and not match["part"]
            and not context("tenths_alone").search(text, max(floor, start - 2), end + 1)
        ):
            return None  # 成 alone is too often a verb
        low, high = interval(value, step, name, bool(match["percent"]))
        if upper is not None:
            if upper <= value:
                return None
            low, high, approx = value, upper, approx if match["to"] else "about"
        if match["percent"] and value == 100 and name == "exact":
            high = value
        kind, direction = self._kind(begin, "rate", floor)
        return Quantity(
            start, end, self.raw[start:end], value, low, high, unit, approx, kind,
            self._prior(begin, end), format(value, "f") if match["percent"] else match[0], False,
            direction,
        )  # fmt: skip

    def _bare_rank(self, start: int, floor: int) -> Quantity | None:
        """Read a rank that names no measure word: 位列全省第二。"""
        match = self.patterns["rank"].match(self.text, start - 1)
        if match is None or not numerals.chinese(match["number"]) or self._name(start):
            return None
        return self._rank(start - 1, match.end(), match["number"], "")

    def _streak(self, start: int) -> Quantity | None:
        match = self.patterns["streak"].match(self.text, start)
        if match is None:
            return None
        value = Decimal(numerals.chinese(match["number"]) or 0)
        return self._plain(start, match.end(), value, "次", "count")

    def _two_part(self, start: int, end: int, floor: int) -> Quantity | None:
        """Read 十至十五天 and 三点五万人."""
        text = self.text
        match = self.patterns["hanzi_two"].match(text, start)
        if match is None:
            return None
        unit = units().get(match["unit"])
        step = Decimal(1)
        if match["upper"]:
            if match["unit"] == "日" and text[start - 1 : start] == "月":
                return None
            low, high = numerals.chinese(match["number"]), numerals.chinese(match["upper"])
            if low is None or high is None or low >= high:
                return None
            value, lower, upper = Decimal(low), Decimal(low), Decimal(high)
        else:
            pointed, step = _decimal(f"{match['number']}点{match['decimals']}")
            if pointed is None:
                return None
            factor = Decimal(numerals.scale(match["scale"] or "") or 1)
            value, step = pointed * factor, step * factor
            lower, upper = value - step / 2, value + step / 2
        name, approx = _after(match["after"], _MORE if match["more"] else _EXACT)
        before = self._before(start, floor, unit.dimension if unit else "")
        begin = start
        if before:
            start, name, approx = start - len(before.form), before.interval, before.approx
        low_, high_ = (lower, upper) if name == "exact" else interval(value, step, name, True)
        if unit and unit.dimension == "money":
            value *= unit.factor
            low_ = low_ * unit.factor if low_ is not None else None
            high_ = high_ * unit.factor if high_ is not None else None
        kind, direction = self._kind(begin, unit.kind if unit else "count", floor)
        return Quantity(
            start, match.end(), self.raw[start : match.end()], value, low_, high_,
            unit.canonical if unit else match["unit"], approx, kind,
            self._prior(begin, match.end()), match["number"], False, direction,
        )  # fmt: skip

    def _counted(self, start: int, end: int, floor: int, previous: str) -> Quantity | None:
        """Read a Chinese numeral with its measure word: 十余次, 数十件, 五六十家, 前三位."""
        text, written = self.text, self.text[start:end]
        if written == "一" and previous not in ("第", "前") and text[end] != "季":
            return None  # 一 is an article more often than a count
        match = self.patterns["hanzi"].match(text, end)
        if match is None:
            return None
        form, stop = match["unit"] or match["whole"], match.end()
        number = numerals.chinese(written)
        pair = numerals.vague(written) if number is None else None
        if number is None and pair is None:
            return None
        value = Decimal(number if number is not None else pair[0])  # type: ignore[index]
        unit = units().get(form)
        canonical = unit.canonical if unit else form
        if previous == "第":
            return self._hanzi_ordinal(start - 1, stop, written, value, form)
        if match["large"]:  # 五大领域: a fixed whole, named rather than counted
            return self._rhetorical(start, stop, value, form)
        first = previous == "前" and bool(
            context("first_places").search(text, max(floor, start - 2), start)
        )
        several = (
            previous != "" and previous in "数几" and bool(context("powers").fullmatch(written))
        )
        vague = several or pair is not None or match["more"]
        if form == "级":
            if context("tier_before").search(text, start - 1 if start else 0, start):
                return self._rhetorical(start, stop, value, form)
            return None
        if form == "季度":
            return self._structure(start, stop, "ordinal", value, form)
        money = unit is not None and unit.dimension == "money"
        none = written == "零" and form != "件"  # 零件 is a part of a machine
        if value < 2 and not (vague or money or first or none):
            return None
        ending = previous in _last_characters() or bool(match["after"])
        if written in ("百", "千", "万", "亿") and not (vague or ending):
            return None  # 万人成讼率, 千人大会: a base or a name, no count
        if previous == "每" and context("powers").fullmatch(written):
            return None  # 每十万人: a base
        if context("hanzi_never_after").search(text, max(0, start - 2), start) and not first:
            return None
        if form == "年" and context("hanzi_year").fullmatch(written):
            rest = context("hanzi_date").match(text, stop)
            return self._structure(start, rest.end() if rest else stop, "ordinal", value, form)
        if form == "年" and context("hanzi_year_name").match(text, stop):
            return None
        if form == "日" and not context("hanzi_days").match(text, stop):
            return None  # 十五日 is a date, 七日内 a span
        if first:
            return self._rank(start - 1, stop, written, canonical) if form in "位名" else None
        # a number that ends in 万 or 亿 is a rounding, in either way of writing it
        step = Decimal(numerals.scale(match["scale"] or written[-1]) or 1)
        step = step if step >= 10_000 else Decimal(1)
        factor = (step if match["scale"] else 1) * (unit.factor if unit and money else 1)
        value, step = value * factor, step * (unit.factor if unit and money else 1)
        whole = unit is not None and unit.dimension == "item" and not vague
        if whole and context("hanzi_whole").match(text, stop):
            return self._rhetorical(start, stop, value, canonical)
        kind, direction = self._kind(start, unit.kind if unit else "count", floor, form, stop)
        begin = start
        if several:
            start, approx = start - 1, "over"
            low, high = value * 2, value * 10
            return Quantity(
                start, stop, self.raw[start:stop], low, low, high, canonical, approx, kind,
                "actual", written, False, direction,
            )  # fmt: skip
        inside = {None: _EXACT, "来": _ABOUT}.get(match["more"], _MORE)
        name, approx = _after(match["after"], inside)
        before = self._before(start, floor, unit.dimension if unit else "")
        if before is None and previous == "上" and written in ("百", "千", "万"):
            before = approximators("before")["上"]
        if before:
            start -= len(before.form)
            name, approx = before.interval, before.approx
        low_, high_ = interval(value, step, name, step > 1)
        if pair is not None:
            low_, high_, approx = value, Decimal(pair[1]) * factor, "about"
        return Quantity(
            start, stop, self.raw[start:stop], value, low_, high_, canonical, approx, kind,
            self._prior(begin, stop), written, False, direction,
        )  # fmt: skip

    def _hanzi_ordinal(
        self, start: int, end: int, written: str, value: Decimal, form: str
    ) -> Quantity | None:
        if form in _PLACES:
            return self._rank(start, end, written, form)
        if form and form != "级":
            return self._structure(start, end, "ordinal", value, form)
        return None

    def _rhetorical(self, start: int, end: int, value: Decimal, unit: str) -> Quantity:
        return Quantity(
            start, end, self.raw[start:end], value, value, value, unit, "exact", "count",
            "rhetorical", self.text[start:end],
        )  # fmt: skip


@lru_cache(maxsize=8192)
def _reading(
    number: str, scale: str, thousands: str, form: str, name: str
) -> tuple[Decimal, Decimal | None, Decimal | None]:
    """Return value, low and high of digits with their scale word, measure word and width."""
    unit = units().get(form)
    factor = Decimal(numerals.scale(scale) or 1) * (unit.factor if unit else 1)
    value = numerals.arabic(number)
    assert value is not None
    decimals = len(number.partition(".")[2])
    value, step = value * factor, Decimal(1).scaleb(-decimals) * factor
    if thousands:  # 1万2千
        step = Decimal(1000)
        value += step * int(thousands[0])
    percent = unit is not None and unit.form == "%"
    low, high = interval(value, step, name, decimals > 0 or factor >= 1000 or percent)
    if percent and value in (0, 100) and name == "exact":
        low, high = (value, high) if value == 0 else (low, value)  # no share is beyond these
    return value, low, high


def _after(form: str | None, inside: tuple[str, str] = _EXACT) -> tuple[str, str]:
    """Return width and approximator by the word behind a figure, else by what stands in it."""
    rule = approximators("after").get(form or "")
    return (rule.interval, rule.approx) if rule else inside


def _decimal(text: str) -> tuple[Decimal | None, Decimal]:
    """Return the value of 九十五点三 or 95.3 and the place value of its last digit."""
    whole, _, part = text.partition("." if text[0] <= "9" else "点")
    step = Decimal(1).scaleb(-len(part))
    if text[0] <= "9":
        return numerals.arabic(text), step
    number, decimals = numerals.chinese(whole), [numerals.chinese(c) for c in part]
    if number is None or any(d is None or d > 9 for d in decimals):
        return None, step
    return Decimal(f"{number}.{''.join(map(str, decimals))}" if part else number), step


def _units_shared(text: str, found: list[Quantity]) -> list[Quantity]:
    """Give bare counts of a list the measure word of its end: 分别为860、430和295人次."""
    for i in range(len(found) - 2, -1, -1):
        bare, named = found[i], found[i + 1]
        if (
            not bare.unit
            and named.unit
            and bare.role == named.role == "actual"
            and bare.kind == named.kind == "count"
            and text[bare.end : named.start] in ("、", "和", "与", "及")
            and bare.approx == named.approx == "exact"
        ):
            found[i] = replace(bare, unit=named.unit, uncertain=False)
    return found


@cache
def _cue() -> re.Pattern[str]:
    """Return what the words before a number hold if they say anything of it: most say nothing."""
    names = ("change_before", "prior_before", "prior_year", "prior_than", "detached")
    return gate(context(name) for name in names)


@cache
def _last_characters() -> frozenset[str]:
    return frozenset(form[-1] for form in approximators("before"))


@cache
def _followers() -> frozenset[str]:
    """Return what may follow a Chinese numeral that counts something."""
    first = {unit.form[0] for unit in units().values() if unit.after_hanzi}
    return frozenset(first | set("级季方梯大余多来几元日成分番至到点-—–~～"))


@uncollected()
def find(text: str) -> list[Quantity]:
    """Return every figure of a text in order of its offset; spans do not overlap.

    Roles are those that the figure's own surroundings decide: structural, rhetorical, prior, else
    actual. Targets need the section and the kind of document: see :mod:`govlaw.roles`.
    """
    return _Reader(text).read()
