"""Try a reader with inputs that coverage guides: ``python tools/fuzz.py TARGET --runs N``.

The targets stand in ``tests/fuzzing.py``; ``all`` runs one after the other. Each runs in a process
of its own, from seeds made of ``data/raw`` and ``tests/cases`` and a dictionary of words of
reports. What raises anything but an error meant for users, or takes too long, is a finding: it is
written to a file, and the exit code is 1. A mended finding belongs into ``tests/cases/fuzz``.

Needs ``pip install govlaw[fuzz]`` (Atheris, Linux). The inputs that reached something new stay in
``--out`` and are where the next run starts from.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_INSIDE = "--inside"
_SEEDS = 2_000
_MEMORY = 3_000  # megabytes


def inside(name: str, arguments: list[str]) -> None:
    """Run one target in this process; does not return."""
    import atheris

    with atheris.instrument_imports(include=["govlaw"]):
        import fuzzing

    for seed in list(fuzzing.TARGETS[name].seeds())[:3]:  # tables are read before time counts
        fuzzing.call(name, seed)
    atheris.Setup([name, *arguments], lambda data: fuzzing.call(name, data))
    atheris.Fuzz()


def escaped(word: str) -> str:
    """Return a word as a line of a dictionary of libFuzzer."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n'


def run(name: str, runs: int, seconds: int, seed: int, out: Path) -> bool:
    """Run a target; print what was done; return whether nothing was found."""
    import fuzzing

    target = fuzzing.TARGETS[name]
    reached, seeds, found = (out / name / part for part in ("reached", "seeds", "found"))
    for folder in (reached, seeds, found):
        folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(list(target.seeds())[:_SEEDS]):
        (seeds / f"{number:05}").write_bytes(data[: target.longest])
    dictionary = out / "words.txt"
    dictionary.write_text("".join(map(escaped, fuzzing.words())), encoding="ascii")
    before = set(found.iterdir())
    command = [
        sys.executable, __file__, _INSIDE, name, str(reached), str(seeds),
        f"-runs={runs}", f"-max_total_time={seconds}", f"-timeout={target.seconds}",
        f"-max_len={target.longest}", f"-rss_limit_mb={_MEMORY}", f"-seed={seed}",
        f"-dict={dictionary}", f"-artifact_prefix={found}/", "-print_final_stats=1",
    ]  # fmt: skip
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, check=False)
    took = time.monotonic() - start
    said = done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
    counted = re.search(r"stat::number_of_executed_units:\s*(\d+)", said)
    inputs = int(counted[1]) if counted else 0
    files = sorted(set(found.iterdir()) - before)
    clean = done.returncode == 0 and not files
    print(
        f"{name}: {inputs:,} inputs in {took:.0f} s, "
        + ("no finding" if clean else f"exit {done.returncode}: {', '.join(map(str, files))}"),
        flush=True,
    )
    if not clean:
        (found / "last.log").write_text(said, encoding="utf-8")
        print("\n".join(said.splitlines()[-30:]), flush=True)
    return clean


def main() -> int:
    """Run the targets that are named."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    if sys.argv[1:2] == [_INSIDE]:
        inside(sys.argv[2], sys.argv[3:])
    import fuzzing

    parser = argparse.ArgumentParser(description="Try a reader with inputs that coverage guides.")
    parser.add_argument("target", choices=[*fuzzing.TARGETS, "all"])
    parser.add_argument("--runs", type=int, default=10_000, help="inputs (default: 10000)")
    parser.add_argument("--seconds", type=int, default=0, help="at most; 0 for no limit")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (default: 1)")
    parser.add_argument(
        "--out", type=Path, default=ROOT / ".govlaw" / "fuzz", help="folder of inputs and findings"
    )
    options = parser.parse_args()
    names = list(fuzzing.TARGETS) if options.target == "all" else [options.target]
    clean = [run(name, options.runs, options.seconds, options.seed, options.out) for name in names]
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
