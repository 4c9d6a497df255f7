"""Write docs/licences.md: the licence of every package of requirements.lock.

    python tools/licences.py

Licences are read from the installed packages; what this platform does not install is fetched, with
pip, into a temporary folder and only read. A licence that asks more of those who pass a package on
than to name its authors needs a sentence in ``ASKS`` or ``NOTES``; without one this tool stops.
"""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tempfile
from importlib.metadata import Distribution
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))

import locked  # noqa: E402

PAGE = ROOT / "docs" / "licences.md"
COPYLEFT = re.compile(r"GPL|General Public|MPL|Mozilla|EUPL|CDDL|EPL")
#: What a licence asks, where a package has no note of its own.
ASKS = {
    "MPL-2.0": "Files of the package stay under its licence, changes to them too; code that "
    "imports it does not come under it.",
}
NOTES = {
    "docutils": "The GPL covers a mode for the editor Emacs, which is not in the installed "
    "package; what is installed is in the public domain or under BSD-2-Clause.",
    "text-unidecode": "A choice: taken under the Artistic License. Installed for the tests only, "
    "by frictionless.",
    "tld": "A choice: taken under MPL-1.1, which covers the files of the package and not code "
    "that imports it.",
    "tqdm": ASKS["MPL-2.0"],
}
#: Words of classifiers and free fields that have a short name in SPDX.
SHORT = {
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "The BSD 2-Clause License": "BSD-2-Clause",
    "2-clause BSD": "BSD-2-Clause",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "ISC License": "ISC",
    "ISC license": "ISC",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF",
    "Python Software Foundation License": "PSF",
}
HEAD = """# Licences

govlaw is under the MIT licence, its font under the SIL Open Font License. This page lists what
`requirements.lock` installs beside it, as each package states it; `python tools/licences.py` makes
it, and tests/test_supply.py holds that no locked package is missing here. No package that the
runtime needs is under the GPL or AGPL alone. What the notes say of a licence is asked of whoever
passes the package on, changed or not; it does not reach the tables and figures that govlaw makes.

Compiled packages carry libraries of others (numpy and scipy the runtime of GCC, under the GPL with
its exception for such use; pyzmq libzmq, under MPL-2.0); their licences lie beside each package in
its `.dist-info` folder.
"""


def licence(package: Distribution) -> str:
    """Return the licence that a package states: by expression, field, classifier or text."""
    about = package.metadata
    said = (about.get("License-Expression") or about.get("License") or "").strip()
    classes = [c.split(" :: ")[-1] for c in about.get_all("Classifier", []) if "License ::" in c]
    short = 0 < len(said) <= 50 and said != "UNKNOWN" and len(classes) < 2
    if about.get("License-Expression") or short:
        return SHORT.get(said, said)
    if classes:
        return " / ".join(SHORT.get(name, name) for name in classes)
    for file in about.get_all("License-File", []):
        text = package.read_text(f"licenses/{file}") or package.read_text(file) or ""
        first = re.split(r"\n\s*\n", " ".join(text.split("\n")[:4]).strip())[0]
        if name := re.match(r"\s*(MIT|Apache) License", first):
            return {"MIT": "MIT", "Apache": "Apache-2.0"}[name[1]]
    sys.exit(f"{about['Name']}: states no licence; look it up and say here how to read it")


def fetched(package: locked.Locked, folder: Path) -> Distribution:
    """Fetch one package without installing it; return what it says of itself."""
    target = folder / f"{package.name}-{package.version}"
    systems = ("win_amd64", "any", "macosx_11_0_arm64", "manylinux_2_28_x86_64")
    wanted = [word for name in systems for word in ("--platform", name)]
    for python in ("3.13", "3.12", "3.11"):
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--only-binary", ":all:",
             *wanted, "--python-version", python, "--target", str(target),
             f"{package.name}=={package.version}"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return next(iter(importlib.metadata.distributions(path=[str(target)])))
    sys.exit(f"{package.name} {package.version}: cannot be fetched: {done.stderr.strip()}")


def rows() -> list[tuple[str, str, str, str, str]]:
    """Return name, versions, use, licence and note of every locked package."""
    uses, found = locked.uses(), []
    with tempfile.TemporaryDirectory(prefix="govlaw-") as folder:
        for name, versions in groupby(locked.locked(), key=lambda package: package.name):
            every = list(versions)
            try:
                about = importlib.metadata.distribution(name)
            except importlib.metadata.PackageNotFoundError:
                about = fetched(every[-1], Path(folder))
            says = licence(about)
            note = NOTES.get(name, ASKS.get(says, ""))
            if COPYLEFT.search(says) and not note:
                sys.exit(f"{name}: {says}: write what this asks into NOTES")
            found.append((name, ", ".join(p.version for p in every), uses[name], says, note))
    return found


def main() -> None:
    """Write the page."""
    lines = [HEAD]
    lines += ["| package | version | for | licence | note |", "|---|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |".replace("|  |", "| |") for row in rows()]
    PAGE.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
