"""Who answers for a measure: lists of units and the words that give each its role.

Two wordings are read: a label and its list (责任单位：市司法局、市财政局) and a statement that ends
in a verb (市司法局牵头，市财政局配合). Labels and verbs are the table ``responsible.csv``, what the
name of a unit looks like is ``unit_names.csv``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from govlaw import deadlines
from govlaw.definitions import rows, words

_OPEN, _CLOSE = "（(【[〔", "）)】]〕"
_COMMAS = "、，,；;"
_EDGES = " \t\r\n　:：、，,；;。."
# 和 parts two units only where the name before it is whole: 市文化和旅游局 is one unit.
_AND = re.compile(r"以及|和|及(?!其)|与")
_TOGETHER = re.compile(r"会同|联合(?!会)")
_ET_CETERA = re.compile(r"等(?:有关|相关)?(?:市直)?(?:部门|单位|部门和单位|部门单位)?$")
_OWN_VERB = re.compile(r"^(?P<name>.*?)[（(](?P<verb>[^（()）]{2,8})[)）]$")
# 各县、区人民政府: the first name lacks its noun and the next, without 各, brings it.
_PLACE = r"(?:[（(][^（()）]*[)）])?"
_HALF = re.compile(rf"^(?:各|全市各|市辖各)?(?:省|市|县|乡|镇|区|旗){_PLACE}$")
_REST = re.compile(
    rf"^(?:区|旗|乡|镇|街道){_PLACE}(?!直|委|属|级)\S+|^(?:县|市){_PLACE}(?:人民政府|政府)$"
)
_LAST = re.compile(rf"^[县市区旗乡镇]{_PLACE}(?!直|委|属|级)\S+")
_LEVELS = re.compile(rf"^(?:市|区|旗|乡|镇){_PLACE}$")
# 市委、市政府督查室: one office of two bodies.
_TWIN = re.compile(r"^([省市县区州])委$")


@dataclass(slots=True)
class Units:
    """The units of one measure by role, in printed order, and a deadline named among them."""

    lead: list[str] = field(default_factory=list)
    responsible: list[str] = field(default_factory=list)
    supporting: list[str] = field(default_factory=list)
    deadline: str = ""

    def add(self, role: str, names: list[str]) -> None:
        """Add names to a role."""
        getattr(self, role).extend(names)

    def __bool__(self) -> bool:
        return bool(self.lead or self.responsible or self.supporting)

    def leads(self, first: bool) -> tuple[str, ...]:
        """Return the lead units: those said to lead, else those responsible.

        ``first`` tells that of several responsible units the one named first leads.
        """
        if self.lead:
            return tuple(self.lead)
        return tuple(self.responsible[:1] if first else self.responsible)

    def supports(self, first: bool) -> tuple[str, ...]:
        """Return the other units: where one is said to lead, those responsible beside it too."""
        beside = self.responsible if self.lead else self.responsible[1:] if first else []
        return (*beside, *self.supporting)


@cache
def roles() -> dict[str, str]:
    """Return the role of every label: lead, responsible, supporting or deadline."""
    return {word: row["role"] for row in rows("responsible") for word in words(row["label"])}


@cache
def _verbs() -> re.Pattern[str]:
    verbs = "|".join(f"(?P<{r['role']}>{r['verb']})" for r in rows("responsible") if r["verb"])
    return re.compile(f"^(?P<name>.*?)(?:{verbs})$")


@cache
def _names(*kinds: str) -> str:
    return "|".join(f"(?:{r['pattern']})" for r in rows("unit_names") if r["kind"] in kinds)


@cache
def _unit() -> re.Pattern[str]:
    ends = _names("body", "group", "place")
    return re.compile(rf"^\S{{0,28}}(?:{ends}){_PLACE}$")


@cache
def _certain() -> re.Pattern[str]:
    return re.compile(
        rf"^(?:{_names('level')})\S{{0,24}}(?:{_names('body')}|部门|单位|机关){_PLACE}$"
        rf"|^各\S{{0,8}}(?:{_names('place')}){_PLACE}$"
    )


def bare(name: str) -> str:
    """Return a unit's name without 等 and the like, so that one unit is one name.

    >>> bare("市公安局等部门")
    '市公安局'
    """
    return _ET_CETERA.sub("", name) or name


def extent(text: str, start: int, stop: int) -> int:
    """Return where the list that starts at ``start`` ends: a full stop, the end of its line or a
    bracket that closes what the list did not open."""
    depth = 0
    for i in range(start, stop):
        character = text[i]
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
            if depth < 0:
                return i
        elif character == "\n" or (character == "。" and depth == 0):
            return i
    return stop


def pieces(listed: str) -> list[str]:
    """Split a list of units at the commas that stand outside brackets."""
    found, depth, here = [], 0, ""
    for character in listed:
        depth += (character in _OPEN) - (character in _CLOSE)
        if character in _COMMAS and depth <= 0:
            found.append(here)
            here = ""
        else:
            here += character
    return [piece.strip(_EDGES) for piece in (*found, here) if piece.strip(_EDGES)]


def split(listed: str) -> list[str]:
    """Return the names of a list of units in printed order.

    Names of several words stay whole (各县（市、区）人民政府, 市文化和旅游局), and so do names
    that share a noun (各县、区人民政府).

    >>> split("市发展改革委、市委依法治市办和各县、区人民政府")
    ['市发展改革委', '市委依法治市办', '各县、区人民政府']
    """
    parts = [part for piece in pieces(listed) for part in _parted(piece)]
    return _joined(parts)


def _parted(piece: str) -> list[str]:
    for match in _AND.finditer(piece):
        left, right = piece[: match.start()], piece[match.end() :]
        inside = left.count("（") + left.count("(") > left.count("）") + left.count(")")
        if inside or not _unit().match(left) or not _begins(right):
            continue
        return [left, *_parted(right)]
    return [piece]


def _begins(name: str) -> bool:
    return bool(re.match(_names("level"), name)) or bool(_unit().match(name))


def _joined(parts: list[str]) -> list[str]:
    found: list[str] = []
    i = 0
    while i < len(parts):
        j = i + 1
        if _HALF.match(parts[i]):
            while j < len(parts) and _LEVELS.match(parts[j]):
                j += 1
            rest = _LAST if j > i + 1 else _REST  # 省、市、县司法行政机关: three levels
            if not (j < len(parts) and rest.match(parts[j])):
                j = i
        elif (twin := _TWIN.match(parts[i])) and j < len(parts):
            shared = re.match(rf"^{twin[1]}(?:人民)?政府\S", parts[j])
            j = j if shared else i
        else:
            j = i
        if j > i:
            found.append("、".join(parts[i : j + 1]))
        else:
            found.append(parts[i])
        i = max(i, j) + 1
    return found


def labelled(listed: str, role: str, units: Units) -> None:
    """Add the units of a label's list: 市司法局牵头 within it goes before the label's role."""
    _assign(listed, role, units, strict=False)


def statement(words_of: str, units: Units, *, verb: bool) -> bool:
    """Add the units of a statement without label; tell whether it is one.

    Parameters
    ----------
    words_of : the words between brackets or at the end of a measure
    verb : whether a verb (负责, 牵头, 配合 …) is asked for; without one every name must plainly be
        that of a public body
    """
    found = Units()
    if not _assign(words_of, "responsible", found, strict=True):
        return False
    names = [*found.lead, *found.responsible, *found.supporting]
    plain = all(_certain().match(bare(name)) for name in names)
    if not names or not (_has_verb(words_of) if verb else plain):
        return False
    for role in ("lead", "responsible", "supporting"):
        units.add(role, getattr(found, role))
    units.deadline = units.deadline or found.deadline
    return True


def _has_verb(listed: str) -> bool:
    return any(_verb(piece)[1] for piece in pieces(listed))


def _verb(piece: str) -> tuple[str, str]:
    """Return the piece without its verb, and the role that the verb gives."""
    own = _OWN_VERB.match(piece)
    match = _verbs().match(own["verb"] if own else piece)
    if match is None or (own and match["name"]):
        return piece, ""
    return (own["name"] if own else match["name"]), str(match.lastgroup)


def _assign(listed: str, role: str, units: Units, *, strict: bool) -> bool:
    """Give each name of a list its role: a verb speaks of all names since the verb before it.

    With ``strict`` nothing may stand in the list but units, verbs and a deadline.
    """
    waiting: list[str] = []
    rest = role  # of names that no verb follows: after 甲局牵头 they only help
    for piece in pieces(listed):
        if re.search("[:：]", piece):
            break  # another label, of a person or a telephone
        due = deadlines.whole(piece)
        if due:
            units.deadline = units.deadline or due
            continue
        own = bool(_OWN_VERB.match(piece))
        name, said = _verb(piece)
        together = _TOGETHER.search(name)
        if together and said:
            waiting.append(_opened(name[: together.start()]))
            _give(units, "lead", waiting)
            waiting = [name[together.end() :]]
            _give(units, "supporting", waiting)
            waiting, rest = [], "supporting"
        elif said and own:
            _give(units, said, [name])
        elif said:
            waiting += [_opened(name)] if name else []
            _give(units, said, waiting)
            waiting = []
        else:
            waiting.append(_opened(name))
        if said == "lead" and role == "responsible":
            rest = "supporting" if not own else rest
    _give(units, rest, waiting)
    if not strict:
        return True
    names = [*units.lead, *units.responsible, *units.supporting]
    return all(_unit().match(bare(name)) for name in names)


def _opened(name: str) -> str:
    return re.sub(r"^(?:(?:第|以上|上述)[^由]{0,12})?(?:由|请)", "", name).strip(_EDGES)


def _give(units: Units, role: str, waiting: list[str]) -> None:
    units.add(role, split("、".join(name for name in waiting if name)))
