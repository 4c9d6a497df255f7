"""What a run says of its progress: a line a report, or a line now and then if they are many."""

from __future__ import annotations

import time
from collections.abc import Callable

from govlaw.parts import Told

#: A corpus of more reports gets a line every few seconds instead of one for each report.
LINES = 100
_SECONDS = 10.0
_REFUSALS = 20


class Meter:
    """Tells of reports that were read, each once.

    Parameters
    ----------
    total : reports in all
    say : called with each line
    clock : gives the time in seconds
    """

    def __init__(
        self, total: int, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.total, self.say, self.clock = total, say, clock
        self.started = self.last = clock()
        self.seen = bytearray(total)
        self.done = self.refused = 0

    def report(self, told: Told) -> None:
        """Count a report; one that is told of again, after its reader died, counts once."""
        if self.seen[told.place]:
            return
        self.seen[told.place] = 1
        self.done += 1
        self.refused += bool(told.reason)
        if self.total <= LINES:
            self.say(told.line)
            return
        if told.reason and self.refused <= _REFUSALS:
            self.say(told.line)
            if self.refused == _REFUSALS:
                self.say("refused  more are listed in refused.csv at the end")
        now = self.clock()
        if now - self.last >= _SECONDS and self.done < self.total:
            self.last = now
            rate = self.done / (now - self.started)
            self.say(
                f"read     {self.done:,} of {self.total:,} reports "
                f"({self.done / self.total:.0%}), {rate:.0f} a second, about "
                f"{_span((self.total - self.done) / rate)} left"
            )


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
