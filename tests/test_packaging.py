"""The files around the package: dependencies, versions, the font, and how run.py sets up."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType

import locked
import pytest
import yaml
from fontTools.ttLib import TTFont
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import govlaw

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "govlaw" / "fonts"
FONT = FONTS / "GovlawSansSC-Regular.otf"
DATA = ROOT / "govlaw" / "data"
PROJECT = locked.PROJECT
EXTRAS = ("", *PROJECT["optional-dependencies"])


def _declared() -> dict[str, SpecifierSet]:
    """Name and bounds of every dependency in pyproject.toml, those of the tests included."""
    every = [*locked.declared(), *locked.declared("test")]
    return {canonicalize_name(r.name): r.specifier for r in every}


# -- dependencies and versions -------------------------------------------------------------


def test_conda_environment_agrees_with_the_project() -> None:
    """environment.yml lists the same packages with the same bounds, from conda-forge alone."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    listed: dict[str, SpecifierSet] = {}
    for line in environment["dependencies"]:
        if isinstance(line, str):
            name, _, bounds = line.partition(" ")
            listed[canonicalize_name(name)] = SpecifierSet(bounds.strip())
    assert listed.pop("python") == SpecifierSet(PROJECT["requires-python"])
    assert listed.pop("pip") == SpecifierSet()
    assert listed == _declared()
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert {"pip": ["-e ."]} in environment["dependencies"]


def test_lock_holds_every_dependency_with_hashes() -> None:
    """Each dependency, of every extra too, is locked at versions within its bounds; nothing lacks
    a hash."""
    packages = locked.locked()
    assert all(package.hashes for package in packages)
    for requirement in chain.from_iterable(map(locked.declared, EXTRAS)):
        name = canonicalize_name(requirement.name)
        versions = [package.version for package in packages if package.name == name]
        assert versions and all(map(requirement.specifier.contains, versions)), name


def test_nothing_is_locked_that_nothing_needs() -> None:
    """Every locked package is a dependency, or one of a dependency."""
    assert {package.name for package in locked.locked()} == set(locked.uses())


def test_lock_names_no_address() -> None:
    """The lock says what to install, not from where: any index or mirror serves."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert not re.search(r"https?:|//|--(?:extra-)?index-url|--find-links", text)


def test_one_version() -> None:
    """The package, the project and the citation have the same version."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == PROJECT["version"] == govlaw.__version__
    assert citation["license"] == PROJECT["license"]


# -- the font ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def font() -> Iterator[TTFont]:
    """The font of the figures."""
    with TTFont(FONT) as opened:
        yield opened


def test_font_has_the_common_characters(font: TTFont) -> None:
    """Every character of ASCII and of GB 2312's first level is there."""
    rows, cells = range(0xB0, 0xD8), range(0xA1, 0xFF)
    level_one = {bytes([r, c]).decode("gb2312", "ignore") for r in rows for c in cells} - {""}
    assert len(level_one) == 3755
    wanted = {ord(character) for character in level_one} | set(range(0x20, 0x7F))
    assert wanted <= set(font.getBestCmap())


@pytest.mark.parametrize(
    "places", ["浉河区", "瀍河回族区", "猇亭区", "鄠邑区", "埇桥区", "㮾梨街道"]
)
def test_font_has_rare_place_names(places: str, font: TTFont) -> None:
    """Places whose names GB 2312 cannot write can be written."""
    assert {ord(character) for character in places} <= set(font.getBestCmap())


@pytest.mark.skipif(not DATA.is_dir(), reason="the tables of definitions are not there")
def test_font_has_every_label(font: TTFont) -> None:
    """No label, unit or explanation of the package's tables shows an empty box in a figure."""
    words: set[str] = set()
    for path in sorted(DATA.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                shown = (
                    v for k, v in row.items() if re.search(r"(?:^|_)(?:zh|en)$|^canonical$", k)
                )
                words.update("".join(shown))
    missing = {c for c in words if c.isprintable()} - {chr(point) for point in font.getBestCmap()}
    assert not missing


def test_font_has_its_own_name_and_the_licence_its_holder(font: TTFont) -> None:
    """No name that a user sees is the original's or reserved; the licence names who holds it."""
    names = {number: font["name"].getDebugName(number) for number in (0, 1, 4, 6)}
    assert names[1] == names[4] == "Govlaw Sans SC"
    shown = " ".join([names[1], names[4], names[6], *font["CFF "].cff.fontNames])
    assert not re.search("Noto|Source", shown)
    licence = (FONTS / "OFL.txt").read_text("utf-8")
    assert names[0] == licence.splitlines()[0]
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_font_page_describes_this_font(font: TTFont) -> None:
    """Size, sum and number of characters in the font's README are those of the file."""
    page, data = (FONTS / "README.md").read_text("utf-8"), FONT.read_bytes()
    assert len(data) <= 2 * 1024 * 1024
    assert f"{len(data):,} bytes" in page and hashlib.sha256(data).hexdigest() in page
    assert f"{len(font.getBestCmap()):,} of" in page


# -- the tree ------------------------------------------------------------------------------


def test_no_file_names_a_folder_of_one_machine() -> None:
    """No tracked text holds an absolute path of somebody's machine."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    machine = re.compile(r"(?<![\w.~-])/(?:work|farm|root|home|Users)/|(?<!\w)[A-Z]:\\Users\\")
    found = []
    for name in listed.stdout.decode("utf-8").split("\0"):
        path = ROOT / name
        data = path.read_bytes() if path.is_file() else b""
        if b"\0" not in data and machine.search(data.decode("utf-8", "replace")):
            found.append(name)
    assert not found


# -- run.py --------------------------------------------------------------------------------


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py with its environment in a temporary folder, which the steps below stand in for."""
    spec = importlib.util.spec_from_file_location("run_py", ROOT / "run.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv, lock = tmp_path / ".venv", tmp_path / "requirements.lock"
    lock.write_text("first", "utf-8")
    for name, path in {
        "VENV": venv, "LOCK": lock, "STAMP": venv / "complete.txt", "PYTHON": venv / "python",
    }.items():  # fmt: skip
        monkeypatch.setattr(module, name, path)
    return module


def _steps(runner: ModuleType, monkeypatch: pytest.MonkeyPatch, last: str) -> None:
    """Let the set-up make a folder with an empty ``python``, then run ``last``."""
    make = f"from pathlib import Path as P; p = P({str(runner.PYTHON)!r}); p.parent.mkdir()"
    steps = [
        ("make .venv", [sys.executable, "-c", f"{make}; p.touch()"]),
        ("install", [sys.executable, "-c", last]),
    ]
    monkeypatch.setattr(runner, "install_steps", lambda: steps)


def test_set_up_happens_once_until_the_lock_changes(
    runner: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A complete environment is used as it is; a changed lock makes a new one."""
    _steps(runner, monkeypatch, "print('installing')")
    outputs = []
    for lock in ("first", "first", "second"):
        runner.LOCK.write_text(lock, "utf-8")
        runner.set_up()
        outputs.append(capfd.readouterr())
    assert [output.err.count("installing") for output in outputs] == [1, 0, 1]
    assert all(output.out == "" for output in outputs)


def test_a_failed_set_up_is_one_line_and_is_done_again(
    runner: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A failing step ends with a message, and what is left does not pass for an environment."""
    _steps(runner, monkeypatch, "raise SystemExit(3)")
    with pytest.raises(SystemExit) as stop:
        runner.set_up()
    assert stop.value.code == "run.py: could not install: error 3"
    _steps(runner, monkeypatch, "print('again')")
    runner.set_up()
    assert "again" in capfd.readouterr().err


def test_a_study_of_ones_own_runs_where_it_lies(
    runner: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`run.py study` runs in the project, unless the current folder is a study with parameters."""
    monkeypatch.setattr(runner, "set_up", lambda: None)
    folders: list[object] = []
    monkeypatch.setattr(runner, "run", lambda *words, cwd=None: folders.append(cwd) or 0)
    monkeypatch.chdir(tmp_path)
    runner.main(["study"])
    (tmp_path / "parameters.yml").touch()
    runner.main(["study"])
    assert folders == [runner.ROOT, None]


def test_help_needs_no_environment(runner: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """run.py alone lists its commands and installs nothing."""
    assert runner.main([]) == 0
    assert "python3 run.py study" in capsys.readouterr().out
    assert not runner.VENV.exists()
