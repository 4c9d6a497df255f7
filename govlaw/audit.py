"""The report's own arithmetic: the figures that belong together, judged and said in words.

:mod:`govlaw.pairing`, :mod:`govlaw.changes` and :mod:`govlaw.totals` say which figures belong
together, :mod:`govlaw.arithmetic` whether they agree, :mod:`govlaw.explain` how to say it. A
false alarm is worse than a test left out: what no words link is listed as untested, with the
reason. A verdict speaks of what is printed and never of who is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from govlaw import arithmetic, changes, explain, pairing, totals
from govlaw.codebook import Codebook, load
from govlaw.explain import Words
from govlaw.model import Finding, Observation, Untested
from govlaw.numerals import plain
from govlaw.pairing import Base, Left, Rate, Report, value

T = TypeVar("T")
_AGREES = (arithmetic.CONSISTENT, arithmetic.TRUNCATED)
_MISFITS = (arithmetic.IRRECONCILABLE, arithmetic.OVER_ROUNDED)
_WHOLE = Decimal(100)
_HUNDREDTH = Decimal("0.01")
#: Bounds that a report states; the width of 约 and 近 is only our default.
_STATED = ("over", "under")


@dataclass(frozen=True, slots=True)
class Audit:
    """What could be tested in a report, in order of the tested figure, and what could not."""

    findings: list[Finding]
    untested: list[Untested]


def check(text: str, observed: list[Observation], codebook: Codebook | None = None) -> Audit:
    """Test what a report's own figures let one test.

    Parameters
    ----------
    text : the report's text
    observed : its figures, in order
    codebook : the one in use by default
    """
    report = Report(text, observed, codebook or load())
    found: list[Finding] = []
    left: list[Left] = []
    outcomes: Iterable[Finding | Left | None] = (
        *(_each(pairing.rates(report), _rate)),
        *(_each(changes.changes(report), _change)),
        *map(_sum, totals.sums(report)),
        *map(_shares, totals.shares(report)),
        *map(_count, totals.counts(report)),
        *map(_years, totals.years(report)),
    )
    for outcome in outcomes:
        if isinstance(outcome, Finding):
            found.append(outcome)
        elif isinstance(outcome, Left):
            left.append(outcome)
    return Audit(
        sorted(found, key=lambda f: (f.operands[-1], f.rule, f.operands)),
        sorted(
            (
                Untested(o.rule, q.start, q.end, q.text, o.reason)
                for o in left
                for q in (o.figure.quantity,)
            ),
            key=lambda u: (u.start, u.rule),
        ),
    )


def _each(
    claims: Iterable[T | Left], judge: Callable[[T], Finding | Left | None]
) -> Iterable[Finding | Left | None]:
    for claim in claims:
        yield claim if isinstance(claim, Left) else judge(claim)


def _spans(*figures: Observation) -> tuple[tuple[int, int], ...]:
    return tuple((o.quantity.start, o.quantity.end) for o in figures)


def _exact(figure: Observation) -> bool:
    """Tell whether a figure is one whole number and no interval."""
    q = figure.quantity
    return q.value is not None and q.value % 1 == 0 and q.low == q.high == q.value


def _in_digits(rate: Observation) -> bool:
    """Tell whether a rate is printed in digits that say how exact it is: not as 九成五."""
    return rate.quantity.printed[:1].isdigit()


# -- rules A, B and C ----------------------------------------------------------------------


def _rate(claim: Rate) -> Finding | Left | None:
    rate = claim.rate
    if claim.part is None:
        return _existence(claim)
    if rate.quantity.approx != "exact":
        return _bound(claim)
    if not _in_digits(rate):
        return Left("A", rate, "approximate")
    if not claim.bases:
        return _undisclosed(claim)
    verdicts = [_verdict(rate, claim.part, base) for base in claim.bases]
    best = 0
    if verdicts[0] == arithmetic.IRRECONCILABLE:
        best = next((i for i, v in enumerate(verdicts) if v in _AGREES), 0)
    if verdicts[best] == arithmetic.IRRECONCILABLE and _fits_less(claim):
        return Left("A", rate, "ambiguous")
    if verdicts[best] in _AGREES or claim.named:
        return _tested(claim, claim.bases[best], verdicts[best], other=best > 0)
    if not claim.alone:
        return Left("A", rate, "ambiguous")
    if verdicts[0] not in _MISFITS and _one_sentence(claim):
        return _tested(claim, claim.bases[0], verdicts[0], other=False)
    if not _one_sentence(claim, base=False):
        return Left("A", rate, "other_sentence")
    return _undisclosed(claim)


def _fits_less(claim: Rate) -> bool:
    """Tell whether the rate fits the base without a count that the codebook lets one take off."""
    if claim.part is None or claim.less is None:
        return False
    figures = (claim.part, claim.less, *claim.bases[0])
    whole = _sum_of(claim.bases[0]) - value(claim.less)
    if whole <= 0 or not all(map(_exact, figures)):
        return False
    printed = claim.rate.quantity.printed
    return arithmetic.rate_verdict(int(value(claim.part)), int(whole), printed) in _AGREES


def _one_sentence(claim: Rate, base: bool = True) -> bool:
    figures = [claim.part, *(claim.bases[0] if base and claim.bases else ())]
    return all(o and o.sentence_start == claim.rate.sentence_start for o in figures)


def _sum_of(base: Base) -> Decimal:
    return sum(map(value, base), Decimal(0))


def _verdict(rate: Observation, part: Observation, base: Base) -> str:
    if all(map(_exact, (part, *base))):
        return arithmetic.rate_verdict(int(value(part)), int(_sum_of(base)), rate.quantity.printed)
    lows, highs = [o.quantity.low for o in base], [o.quantity.high for o in base]
    whole = (
        None if None in lows else sum((v for v in lows if v is not None), Decimal(0)),
        None if None in highs else sum((v for v in highs if v is not None), Decimal(0)),
    )
    bounds = part.quantity.low, part.quantity.high
    verdict = arithmetic.interval_rate_verdict(bounds, whole, rate.quantity.printed)
    soft = any(o.quantity.approx not in ("exact", *_STATED) for o in (part, *base))
    if verdict == arithmetic.IRRECONCILABLE and soft:
        return arithmetic.UNDETERMINED  # the width of 约 is our default, not the report's
    return verdict


def _formula(claim: Rate, base: Base) -> str:
    above = "?" if claim.part is None else claim.part.indicator or claim.part.subject or "?"
    below = " + ".join(o.indicator or o.subject or "?" for o in base) or "?"
    return f"{above} / {below}"


def _tested(claim: Rate, base: Base, verdict: str, other: bool) -> Finding:
    assert claim.part is not None
    rate, part, whole = claim.rate, claim.part, _sum_of(base)
    printed = rate.quantity.printed
    exact = all(map(_exact, (part, *base)))
    form = "rate_other" if other else "rate"
    if not exact and verdict in (arithmetic.CONSISTENT, arithmetic.IRRECONCILABLE):
        form = "rate_interval"
    needed = arithmetic.parts_that_print(int(whole), printed) if exact else None
    values = rate_values(value(part), whole, printed) | {
        "part": explain.written(part.quantity),
        "whole": _base_written(base),
        "other": _base_written(claim.bases[0]),
    }
    recomputed = str(values["recomputed"])
    said = explain.explain(form, verdict, values)
    low, high = _band(rate)
    return Finding(
        "B" if other else "A",
        _formula(claim, base),
        _spans(part, *base, rate),
        f"{printed}%",
        recomputed,
        low,
        high,
        verdict,
        said.zh,
        said.en,
        str(needed[0]) if needed else "",
        str(needed[1]) if needed else "",
        _power(arithmetic.power(int(whole), printed)) if exact else "",
        said.causes,
    )


def rate_values(part: Decimal, whole: Decimal, printed: str) -> dict[str, str | Words]:
    """Return what the explanation of a rate is filled with, for exact counts."""
    decimals = len(printed.partition(".")[2])
    return {
        "part": explain.number(part),
        "whole": explain.number(whole),
        "printed": f"{printed}%",
        "recomputed": arithmetic.percentage(part, whole, decimals + 2),
        "rounded": arithmetic.percentage(part, whole, decimals),
        "needed": explain.only(arithmetic.parts_that_print(int(whole), printed)),
    }


def _base_written(base: Base) -> Words:
    parts = [explain.written(o.quantity) for o in base]
    return Words(" + ".join(w.zh for w in parts), " + ".join(w.en for w in parts))


def _power(exact: Fraction) -> str:
    return explain.decimal(Decimal(exact.numerator) / Decimal(exact.denominator))


def _undisclosed(claim: Rate) -> Finding | Left:
    """Say which bases would give the print, and that none of those nearby does."""
    assert claim.part is not None
    rate, part = claim.rate, claim.part
    printed = rate.quantity.printed
    if Decimal(printed) == _WHOLE and not claim.bases:
        return Left("A", rate, "all_of_them")
    low, high = part.quantity.low, part.quantity.high
    if low is None or high is None or value(part) <= 0:
        return Left("A", rate, "not_whole")
    bases = _implied_bases(int(low), int(high), printed)
    form = claim.form if claim.form == "task" else "misfit" if claim.bases else "rate"
    said = explain.explain(
        form if bases else "no_base",
        arithmetic.BASE_UNDISCLOSED,
        {
            "part": explain.written(part.quantity),
            "printed": f"{printed}%",
            "bases": explain.span(*bases) if bases else "",
            "tried": explain.listed([_base_written(base) for base in claim.bases]),
        },
    )
    least, most = bases or (None, None)
    return Finding(
        "B" if claim.bases else "A",
        _formula(claim, ()),
        _spans(part, rate),
        f"{printed}%",
        "",
        *_band(rate),
        arithmetic.BASE_UNDISCLOSED,
        said.zh,
        said.en,
        "" if least is None else str(least),
        "" if most is None else str(most),
        "",
        said.causes,
    )


def _implied_bases(low: int, high: int, printed: str) -> tuple[int, int | None] | None:
    """Return the bases over which a count between low and high would print so."""
    for cut in (False, True):
        first = arithmetic.bases_that_print(max(low, 1), printed, cut)
        last = arithmetic.bases_that_print(max(high, 1), printed, cut)
        if first and last:
            return first[0], last[1]
    return None


def _bound(claim: Rate) -> Finding | Left:
    """Judge a rate that is printed with a bound or as an approximation: 98%以上."""
    rate, part = claim.rate, claim.part
    assert part is not None
    if not claim.bases or not claim.named or not all(map(_exact, (part, *claim.bases[0]))):
        return Left("A", rate, "approximate")
    quantity, base = rate.quantity, claim.bases[0]
    whole = int(_sum_of(base))
    verdict = arithmetic.bound_verdict(int(value(part)), whole, quantity.low, quantity.high)
    if verdict == arithmetic.IRRECONCILABLE and None not in (quantity.low, quantity.high):
        verdict = arithmetic.UNDETERMINED  # the width of 约 is our default, not the report's
    decimals = len(quantity.printed.partition(".")[2])
    recomputed = arithmetic.percentage(value(part), Decimal(whole), decimals + 2)
    said = explain.explain(
        "bound",
        verdict,
        {
            "part": explain.written(part.quantity),
            "whole": _base_written(base),
            "printed": quantity.text,
            "recomputed": recomputed,
        },
    )
    return Finding(
        "F",
        _formula(claim, base),
        _spans(part, *base, rate),
        quantity.text,
        recomputed,
        plain(quantity.low),
        plain(quantity.high),
        verdict,
        said.zh,
        said.en,
        causes=said.causes,
    )


def _existence(claim: Rate) -> Finding | Left:
    """Ask whether any count over the printed bases would print so: GRIM."""
    rate = claim.rate
    printed = rate.quantity.printed
    exact = rate.quantity.approx == "exact" and _in_digits(rate)
    if not exact or Decimal(printed) in (0, _WHOLE):
        return Left("C", rate, "no_count")
    bases = [base for base in claim.bases if all(map(_exact, base)) and _sum_of(base) > 0]
    found = [(base, arithmetic.parts_that_print(int(_sum_of(base)), printed)) for base in bases]
    able = [(b, n) for b, n in found if arithmetic.power(int(_sum_of(b)), printed) > 0]
    if not able or len(able) < len(found):
        return Left("C", rate, "no_count")
    hits, misses = [p for p in able if p[1]], [p for p in able if not p[1]]
    if not misses and len(able) == 1:
        return _possible(claim, *able[0])
    if not misses or len(able) == 1:
        return Left("C", rate, "no_count")
    tried = explain.listed([_base_written(base) for base, _ in misses])
    fit = [(_base_written(base), explain.span(*n)) for base, n in hits if n]
    zh = "；".join(f"以{b.zh}为基数，{n.zh}会印作{printed}%" for b, n in fit)
    en = "; ".join(f"over {b.en}, {n.en} would" for b, n in fit)
    said = explain.explain(
        "existence",
        arithmetic.BASE_UNDISCLOSED,
        {
            "misses": Words(f"以{tried.zh}为基数，", f"Over {tried.en}"),
            "hits": Words(zh or "所在句没有别的基数", en or "the sentence prints no other base"),
            "printed": f"{printed}%",
        },
    )
    base = bases[0]
    return Finding(
        "C",
        _formula(claim, base),
        _spans(*(o for b in bases for o in b), rate),
        f"{printed}%",
        "",
        *_band(rate),
        arithmetic.BASE_UNDISCLOSED,
        said.zh,
        said.en,
        power=_power(arithmetic.power(int(_sum_of(base)), printed)),
        causes=said.causes,
    )


def _possible(claim: Rate, base: Base, needed: tuple[int, int] | None) -> Finding:
    assert needed is not None
    rate, printed = claim.rate, claim.rate.quantity.printed
    decimals = len(printed.partition(".")[2])
    said = explain.explain(
        "existence",
        arithmetic.CONSISTENT,
        {
            "whole": _base_written(base),
            "needed": explain.span(*needed),
            "printed": f"{printed}%",
        },
    )
    one = needed[0] == needed[1]
    whole = _sum_of(base)
    return Finding(
        "C",
        _formula(claim, base),
        _spans(*base, rate),
        f"{printed}%",
        arithmetic.percentage(Decimal(needed[0]), whole, decimals + 2) if one else "",
        *_band(rate),
        arithmetic.CONSISTENT,
        said.zh,
        said.en,
        str(needed[0]),
        str(needed[1]),
        _power(arithmetic.power(int(whole), printed)),
        said.causes,
    )


def _band(figure: Observation) -> tuple[str, str]:
    """Return the lowest and the highest value that the printed digits stand for."""
    digits, scale = arithmetic.digits_and_scale(figure.quantity.printed)
    unit = _WHOLE / scale
    half = Decimal("0.5")
    return plain((digits - half) * unit), plain((digits + half) * unit)


# -- rule D --------------------------------------------------------------------------------


def _change(claim: changes.Change) -> Finding | Left | None:
    rate = claim.now.quantity.unit == "%"
    if claim.form == "points":
        return _points(claim)
    if claim.form == "times":
        return _times(claim)
    if rate:
        return _relative(claim)
    return _growth(claim) if claim.before else _prior(claim)


def _changed(
    claim: changes.Change,
    form: str,
    verdict: str,
    values: dict[str, str | Words],
    recomputed: str = "",
    implied: tuple[str, str] = ("", ""),
    power: str = "",
) -> Finding:
    change, sign = claim.change, "-" if claim.printed.startswith("-") else ""
    unit = {"growth": "%", "points": "百分点", "times": "倍"}[claim.form]
    mark = {"growth": "%", "points": " percentage points", "times": ""}[claim.form]
    printed = Words(f"{claim.printed}{'个' * (unit == '百分点')}{unit}", f"{claim.printed}{mark}")
    said = explain.explain(form, verdict, {"printed": printed, "recomputed": recomputed, **values})
    band = sorted(map(Decimal, _band(change)))
    low, high = (-band[1], -band[0]) if sign else band
    return Finding(
        "D",
        _change_formula(claim),
        _spans(*_in_order((*claim.before, claim.now)), change),
        f"{claim.printed}{unit}",
        recomputed,
        plain(low),
        plain(high),
        verdict,
        said.zh,
        said.en,
        *implied,
        power,
        said.causes,
    )


def _in_order(figures: Iterable[Observation]) -> list[Observation]:
    """Return figures by place, each once."""
    unique = {o.quantity.start: o for o in figures}
    return [unique[start] for start in sorted(unique)]


def _change_formula(claim: changes.Change) -> str:
    name = claim.now.indicator or claim.now.subject or "?"
    if claim.form == "points":
        return f"{name} - {name}[t-1]"
    return f"{name} / {name}[t-1] - 1"


def _growth(claim: changes.Change) -> Finding | Left | None:
    """Judge a growth whose earlier value is printed, or follows from a printed difference."""
    now, before = value(claim.now), value(claim.before[0])
    if len(claim.before) == 2:
        difference = value(claim.before[1])
        before = now + difference if claim.printed.startswith("-") else now - difference
        if before <= 0:
            return Left("D", claim.change, "opposite")
    figures = (claim.now, *claim.before)
    if before <= 0 or any(o.quantity.approx != "exact" for o in figures):
        return Left("D", claim.change, "approximate")
    decimals = len(claim.printed.partition(".")[2])
    recomputed = arithmetic.percentage(now - before, before, decimals + 2)
    if all(map(_exact, figures)):
        verdict = arithmetic.growth_verdict(int(now), int(before), claim.printed)
    else:
        verdict = _rounded_growth(claim, recomputed)
    if verdict == arithmetic.IRRECONCILABLE and len(claim.before) == 2:
        opposite = now + (now - before)
        if opposite > 0 and (
            arithmetic.growth_verdict(int(now), int(opposite), claim.printed) in _AGREES
        ):
            return Left("D", claim.change, "opposite")
    said: dict[str, str | Words] = {
        "now": explain.written(claim.now.quantity),
        "before": explain.added(before, claim.now.quantity),
    }
    return _changed(claim, "growth", verdict, said, recomputed)


def _rounded_growth(claim: changes.Change, recomputed: str) -> str:
    """Judge a growth of rounded figures: only a gap wider than the roundings is decided."""
    gap = abs(Decimal(recomputed) - Decimal(claim.printed))
    unit = _WHOLE / arithmetic.digits_and_scale(claim.printed.lstrip("-"))[1]
    room = Decimal(0)
    for figure in (claim.now, *claim.before):
        q = figure.quantity
        if q.low is not None and q.high is not None and q.value:
            room += (q.high - q.low) / abs(q.value) * (_WHOLE + abs(Decimal(claim.printed)))
    if gap <= unit / 2 and not room:
        return arithmetic.CONSISTENT
    if gap > unit + 2 * room:
        return arithmetic.IRRECONCILABLE
    return arithmetic.CONSISTENT if gap <= unit / 2 else arithmetic.UNDETERMINED


def _prior(claim: changes.Change) -> Finding | Left:
    """Say which earlier value follows from a growth, and whether there can be one."""
    quantity = claim.now.quantity
    said: dict[str, str | Words] = {"now": explain.written(quantity)}
    if quantity.value is None or quantity.value <= 0:
        return Left("D", claim.change, "not_whole")
    if not _exact(claim.now) or quantity.kind not in ("count",):
        low, high = _bounds(claim.now)
        implied = arithmetic.prior_interval((low, high), claim.printed) if low and high else None
        if implied is None:
            return Left("D", claim.change, "approximate")
        texts = tuple(explain.decimal(v) for v in implied)
        said["bases"] = Words(f"{texts[0]}至{texts[1]}", f"{texts[0]} to {texts[1]}")
        return _changed(
            claim, "prior", arithmetic.UNDETERMINED, said, implied=(texts[0], texts[1]), power="0"
        )
    now = int(quantity.value)
    verdict = arithmetic.implied_growth_verdict(now, claim.printed)
    values = arithmetic.prior_values(now, claim.printed)
    power = arithmetic.growth_power(now, claim.printed)
    if verdict == arithmetic.UNDETERMINED:
        return Left("D", claim.change, "not_whole")
    if verdict not in (arithmetic.CONSISTENT, arithmetic.TRUNCATED) and not claim.alone:
        return Left("D", claim.change, "ambiguous")
    if verdict != arithmetic.CONSISTENT or values is None:
        return _changed(claim, "prior", verdict, said, power=_power(power))
    said["bases"] = explain.span(*values)
    recomputed = ""
    if values[0] == values[1]:
        decimals = len(claim.printed.partition(".")[2])
        before = Decimal(values[0])
        recomputed = arithmetic.percentage(quantity.value - before, before, decimals + 2)
    elif not power:
        verdict = arithmetic.UNDETERMINED  # some whole number was bound to fit
    return _changed(
        claim, "prior", verdict, said, recomputed,
        (str(values[0]), str(values[1])), _power(power),
    )  # fmt: skip


def _bounds(figure: Observation) -> tuple[Decimal | None, Decimal | None]:
    """Return low and high of a figure; a level or a whole sum of money is a rounding too."""
    q = figure.quantity
    if q.low is not None and q.low == q.high and q.kind == "level":
        half = Decimal(1).scaleb(-len(q.printed.partition(".")[2])) / 2
        return q.low - half, q.low + half
    return q.low, q.high


def _points(claim: changes.Change) -> Finding | Left:
    """Judge a difference of two rates in percentage points, or say which rate came before."""
    now = claim.now.quantity
    if now.approx != "exact" or any(o.quantity.approx != "exact" for o in claim.before):
        return Left("D", claim.change, "approximate")
    said: dict[str, str | Words] = {"now": explain.written(now)}
    if claim.before:
        before = claim.before[0].quantity
        verdict = arithmetic.points_verdict(now.printed, before.printed, claim.printed)
        recomputed = str(Decimal(now.printed) - Decimal(before.printed))
        said["before"] = explain.written(before)
        return _changed(claim, "points", verdict, said, recomputed)
    low, high = (
        bound - Decimal(claim.printed)
        for bound in (Decimal(_band(claim.now)[0]), Decimal(_band(claim.now)[1]))
    )
    half = (Decimal(_band(claim.change)[1]) - Decimal(_band(claim.change)[0])) / 2
    texts = plain(max(low - half, Decimal(0))), plain(min(high + half, _WHOLE))
    said["bases"] = Words(f"{texts[0]}%至{texts[1]}%", f"{texts[0]}% to {texts[1]}%")
    return _changed(claim, "points_prior", arithmetic.UNDETERMINED, said, implied=texts, power="0")


def _relative(claim: changes.Change) -> Finding | Left:
    """Judge 败诉率下降3%: in points, or relative to the earlier rate? The report may mean both."""
    if not claim.before or len(claim.before) > 1:
        return Left("D", claim.change, "points_or_percent")
    now, before = claim.now.quantity, claim.before[0].quantity
    if now.approx != "exact" or before.approx != "exact" or not value(claim.before[0]):
        return Left("D", claim.change, "approximate")
    said: dict[str, str | Words] = {
        "now": explain.written(now),
        "before": explain.written(before),
    }
    decimals = len(claim.printed.partition(".")[2])
    recomputed = arithmetic.percentage(
        value(claim.now) - value(claim.before[0]), value(claim.before[0]), decimals + 2
    )
    points = arithmetic.points_verdict(now.printed, before.printed, claim.printed)
    if points != arithmetic.IRRECONCILABLE:
        said["reading"] = Words("百分点", "percentage points")
        recomputed = str(Decimal(now.printed) - Decimal(before.printed))
        return _changed(claim, "relative", arithmetic.CONSISTENT, said, recomputed)
    if _rounded_growth(claim, recomputed) == arithmetic.IRRECONCILABLE:
        return _changed(claim, "relative", arithmetic.IRRECONCILABLE, said, recomputed)
    said["reading"] = Words("相对变动", "a relative change")
    return _changed(claim, "relative", arithmetic.CONSISTENT, said, recomputed)


def _times(claim: changes.Change) -> Finding | Left:
    figures = (claim.now, *claim.before)
    if len(claim.before) != 1 or not all(map(_exact, figures)) or not value(figures[1]):
        return Left("D", claim.change, "no_prior")
    now, before = int(value(claim.now)), int(value(claim.before[0]))
    verdict = arithmetic.times_verdict(now, before, claim.printed.lstrip("-"))
    said: dict[str, str | Words] = {
        "now": explain.written(claim.now.quantity),
        "before": explain.written(claim.before[0].quantity),
    }
    recomputed = arithmetic.percentage(Decimal(now - before), Decimal(before), 2)
    return _changed(claim, "times", verdict, said, recomputed)


# -- rule E --------------------------------------------------------------------------------


def _sum(claim: totals.Sum) -> Finding | None:
    figures = (*claim.parts, claim.total)
    if any(o.quantity.approx != "exact" for o in figures):
        return None
    total, parts = value(claim.total), [value(p) for p in claim.parts]
    units = [_rounding(o) for o in figures]
    verdict = arithmetic.sum_verdict(total, parts, claim.complete, units)
    if verdict is None or (verdict != arithmetic.CONSISTENT and not claim.strict):
        return None
    if len(parts) == 1 and verdict != arithmetic.IRRECONCILABLE:
        return None
    added = sum(parts, Decimal(0))
    said = explain.explain(
        "part" if len(parts) == 1 else "sum",
        verdict,
        {
            "parts": explain.listed([explain.written(p.quantity) for p in claim.parts]),
            "recomputed": explain.added(added, claim.total.quantity),
            "printed": explain.written(claim.total.quantity),
        },
    )
    names = " + ".join(p.indicator or p.subject or "?" for p in claim.parts)
    half = sum(units, Decimal(0)) / 2
    return Finding(
        "E",
        f"{claim.total.indicator or claim.total.subject or '?'} = {names}",
        _spans(*claim.parts, claim.total),
        plain(total),
        plain(added),
        plain(added - half),
        plain(added + half),
        verdict,
        said.zh,
        said.en,
        causes=said.causes,
    )


def _rounding(figure: Observation) -> Decimal:
    """Return the unit of the last printed digit of a rounded figure; 0 for an exact one."""
    q = figure.quantity
    return q.high - q.low if q.low is not None and q.high is not None else Decimal(0)


def _shares(claim: totals.Shares) -> Finding | None:
    printed = [o.quantity.printed for o in claim.shares]
    verdict = arithmetic.shares_verdict(printed, claim.complete)
    if verdict is None:
        return None
    added = sum(map(Decimal, printed), Decimal(0))
    half = sum((Decimal(h) - Decimal(low) for low, h in map(_band, claim.shares)), Decimal(0)) / 2
    said = explain.explain(
        "shares",
        verdict,
        {
            "parts": explain.listed([explain.written(o.quantity) for o in claim.shares]),
            "recomputed": plain(added),
        },
    )
    names = " + ".join(o.indicator or o.subject or "?" for o in claim.shares)
    return Finding(
        "E", f"100% = {names}", _spans(*claim.shares), "100%", plain(added),
        plain(added - half), plain(added + half), verdict, said.zh, said.en, causes=said.causes,
    )  # fmt: skip


def _count(claim: totals.Count) -> Finding | None:
    quantity, named = claim.figure.quantity, len(claim.names)
    agrees = quantity.value == named
    if not agrees and not claim.strict:
        return None
    verdict = arithmetic.CONSISTENT if agrees else arithmetic.IRRECONCILABLE
    counted = str(named)
    said = explain.explain(
        "count", verdict, {"recomputed": counted, "printed": plain(quantity.value)}
    )
    return Finding(
        "E", f"{claim.figure.indicator or claim.figure.subject or '?'} = n",
        (*claim.names, *_spans(claim.figure)), plain(quantity.value), counted, counted, counted,
        verdict, said.zh, said.en, causes=said.causes,
    )  # fmt: skip


def _years(claim: totals.Years) -> Finding | None:
    first, last = claim.years
    if last - first + 1 != claim.length:
        return None  # what the length of a plan counts is not always its years
    said = explain.explain(
        "years",
        arithmetic.CONSISTENT,
        {"printed": claim.figure.quantity.text, "recomputed": str(claim.length)},
    )
    length = str(claim.length)
    return Finding(
        "E", f"{last} - {first} + 1", (claim.length_span, *_spans(claim.figure)), length, length,
        length, length, arithmetic.CONSISTENT, said.zh, said.en,
    )  # fmt: skip
