"""Read lines from stdin with a peer and print characters a second; runs in the peers' environment.

JioNLP: extract_money and extract_time. Recognizers-Text: its seven models for numbers (percentage,
currency, dimension, age, temperature, ordinal, number). Both are called once a line, as their own
documentation does.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable


def jionlp() -> Callable[[str], None]:
    """Return a function that reads one line with JioNLP."""
    import jionlp as jio

    def read(line: str) -> None:
        jio.ner.extract_money(line)
        jio.ner.extract_time(line)

    return read


def recognizers() -> Callable[[str], None]:
    """Return a function that reads one line with Recognizers-Text."""
    from recognizers_number import NumberRecognizer
    from recognizers_number_with_unit import NumberWithUnitRecognizer

    culture = "zh-cn"
    numbers, units = NumberRecognizer(culture), NumberWithUnitRecognizer(culture)
    models = [
        numbers.get_percentage_model(), numbers.get_ordinal_model(), numbers.get_number_model(),
        units.get_currency_model(), units.get_dimension_model(), units.get_age_model(),
        units.get_temperature_model(),
    ]  # fmt: skip

    def read(line: str) -> None:
        for model in models:
            model.parse(line)

    return read


def main(name: str, repeats: int) -> None:
    """Print the median throughput over some warm runs."""
    lines = [line for line in sys.stdin.read().split("\n") if line.strip()]
    read = {"jionlp": jionlp, "recognizers": recognizers}[name]()
    characters = sum(map(len, lines))
    speeds = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        for line in lines:
            read(line)
        speeds.append(characters / (time.perf_counter() - start))
    print(statistics.median(speeds[1:]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
