"""What a site asks of programs: its robots.txt (RFC 9309), asked for once in a run."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

from govlaw.fetch.addresses import Address, parse
from govlaw.fetch.network import AGENT, Answer

#: Of a larger robots.txt only the beginning is read (RFC 9309, 2.5).
LARGEST = 500 * 1024
#: Seconds: a longer delay between two requests is not kept to.
LONGEST_DELAY = 120.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site allows.

    Attributes
    ----------
    refusal : why nothing of the site may be fetched in this run; empty if its rules decide
    text : the rules
    """

    refusal: str = ""
    text: Protego | None = None

    @property
    def delay(self) -> float:
        """Return the seconds that the site asks for between two requests, at most 120."""
        asked = self.text.crawl_delay(AGENT) if self.text else None
        return min(asked or 0.0, LONGEST_DELAY)

    def why_not(self, address: Address) -> str:
        """Return why an address may not be fetched; nothing if it may."""
        if self.refusal:
            return self.refusal
        if self.text is not None and not self.text.can_fetch(address.text, AGENT):
            return "robots.txt of the site asks not to fetch it"
        return ""


def place(address: Address) -> Address:
    """Return where the rules for an address stand."""
    return parse(f"{address.origin}/robots.txt")


def read(answer: Answer) -> Rules:
    """Return the rules that an answer holds.

    Without a robots.txt (400 to 499) all is allowed; where the server fails nothing is (RFC 9309,
    2.3.1.3 and 2.3.1.4). A 429 says that the server is busy, not that there are no rules.
    """
    if answer.status in (200, 203):
        text = answer.body[:LARGEST].decode("utf-8-sig", "replace")
        return Rules(text=Protego.parse(text))
    if 300 <= answer.status < 500 and answer.status != 429:
        return Rules()
    return unreachable(f"answers {answer.status}")


def unreachable(reason: str) -> Rules:
    """Return rules that refuse all, since those of the site are not known."""
    return Rules(refusal=f"robots.txt of the site cannot be read: {reason}")
