#!/usr/bin/env python3
"""The single entry point of govlaw. It needs Python 3.11 or newer and nothing else.

    python3 run.py study [options]         run the whole study (`study --help` lists the options)
    python3 run.py test [pytest options]   ruff, mypy and pytest
    python3 run.py lab                     open the notebooks in JupyterLab
    python3 run.py bench [--peers]         speed, beside peers in an environment of their own
    python3 run.py setup                   only make the environment
    python3 run.py COMMAND [options]       any other govlaw command, e.g. `extract`

The first use makes the folder .venv from requirements.lock (every file is checked by its
hash), with uv if it is installed and with pip otherwise. Later uses start at once, until
requirements.lock, pyproject.toml or the Python version changes.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

# An old Python must be able to read this file, so that it can show this message: no f-strings.
if sys.version_info < (3, 11):
    sys.exit("run.py: Python 3.11 or newer is needed; this is Python " + sys.version.split()[0])

ROOT = pathlib.Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "complete.txt"  # written last: a .venv without it is unfinished
PEERS = ROOT / ".peers"
LOCK = ROOT / "requirements.lock"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CHECKS = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy", "govlaw"))


def say(text):
    print("run.py: " + text, file=sys.stderr, flush=True)


def fingerprint():
    """What the environment depends on; ROOT too, as an environment cannot be moved."""
    digest = hashlib.sha256()
    project = ROOT / "pyproject.toml"
    for part in (LOCK.read_bytes(), project.read_bytes(), sys.version, str(ROOT)):
        digest.update(part if isinstance(part, bytes) else part.encode())
    return digest.hexdigest()


def install_steps():
    """(what it does, command) for each step of the set-up."""
    base = getattr(sys, "_base_executable", None) or sys.executable  # never .venv's own Python
    uv = shutil.which("uv")
    if uv:
        make = [uv, "venv", "--quiet", "--no-project", "--python", base, str(VENV)]
        install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(PYTHON)]
    else:
        make = [base, "-m", "venv", str(VENV)]
        install = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        install += ["--compile"]  # bytecode, whatever the user's settings: imports stay fast
    yield "make .venv", make
    yield "install the locked packages", [*install, "--require-hashes", "-r", str(LOCK)]
    yield "install govlaw", [*install, "--no-deps", "-e", str(ROOT)]


def set_up():
    """Make .venv unless a complete and current one is there."""
    want = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="ascii") == want:
        return
    start = time.monotonic()
    tool = "uv" if shutil.which("uv") else "pip"
    say("making .venv with " + tool + " (first use, or the lock changed), about two minutes ...")
    STAMP.unlink(missing_ok=True)  # first, so that an interruption leaves no complete environment
    shutil.rmtree(VENV, ignore_errors=True)
    env = dict(os.environ, PIP_USER="0")  # a user-wide "--user" setting would break the install
    for what, command in install_steps():
        try:
            code = subprocess.call(command, stdout=sys.stderr, cwd=str(ROOT), env=env)
        except OSError as error:
            code = error
        if code:
            venv_hint = " (on Debian or Ubuntu: install python3-venv)" if "venv" in command else ""
            sys.exit("run.py: could not %s%s: error %s" % (what, venv_hint, code))
    STAMP.write_text(want, encoding="ascii")
    say("environment ready after %.0f s" % (time.monotonic() - start))


def run(module, *words, cwd=None):
    """Run a module in the environment and return its exit code."""
    env = dict(os.environ, PYTHONUTF8="1")  # Chinese text on any console and locale
    # -P: a file in the current folder must not stand in for a module
    code = subprocess.call([str(PYTHON), "-P", "-m", module, *words], cwd=cwd, env=env)
    return 128 - code if code < 0 else code


def test(words):
    """Run every check, pytest last, so that its closing line ends the output."""
    failed = 0
    for check in CHECKS:
        say(" ".join(check))
        if run(*check, cwd=ROOT):
            failed = 1
            say(check[0] + " found faults (the next check goes on)")
    say("pytest")
    return run("pytest", *words, cwd=ROOT) or failed


def bench(words):
    """Run the benchmark; peers get an environment of their own, as their needs differ."""
    bench_folder = ROOT / "benchmarks"
    if "--peers" in words:
        python = PEERS / PYTHON.relative_to(VENV)
        if not (PEERS / "complete.txt").exists():
            say("installing the peers into .peers ...")
            subprocess.check_call([str(PYTHON), "-m", "venv", "--clear", str(PEERS)])
            install = [str(python), "-m", "pip", "install", "-qq", "-r"]
            subprocess.check_call([*install, str(bench_folder / "peers.txt")])
            (PEERS / "complete.txt").write_text("", encoding="ascii")
        words = [*(word for word in words if word != "--peers"), "--peers", str(python)]
    return subprocess.call([str(PYTHON), str(bench_folder / "throughput.py"), *words], cwd=ROOT)


def main(words):
    if not words or words[0] in ("help", "-h", "--help"):
        print(__doc__)
        return 0
    set_up()
    command, *rest = words
    if command == "setup":
        return 0
    if command == "test":
        return test(rest)
    if command == "bench":
        return bench(rest)
    if command == "lab":
        return run("jupyterlab", *rest, cwd=ROOT / "notebooks")
    # a study that `init` made runs where it lies, any other in the project's own folder
    own = pathlib.Path("parameters.yml").is_file()
    return run("govlaw", *words, cwd=ROOT if command == "study" and not own else None)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
