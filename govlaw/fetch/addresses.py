"""What may be fetched: addresses by their form, network addresses by their range."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import cache

import httpx

from govlaw import definitions
from govlaw.fetch.faults import PageError

#: Longer addresses are cut by servers and proxies on the way.
LONGEST = 2000

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NOT_WRITTEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2000-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_CREDENTIALS = re.compile(r"[^/?#]*//[^/?#]*@")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
#: A last label that programs take for a part of a network address: 127.1, 0x7f.1, 2130706433.
_NUMERIC = re.compile(r"(?:\d+|0x[0-9a-f]*)\Z")
_NOT_IN_HEADER = re.compile(rb"[^\x21-\x7e]")

_GLOBAL_UNICAST = ipaddress.IPv6Network(
    "2000::/3"
)  # RFC 4291, section 2.4; IANA has given no other
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: holds an IPv4 address


@dataclass(frozen=True, slots=True)
class Address:
    """An address that may be asked for.

    Attributes
    ----------
    text : in one form: ASCII, without a fragment and without the port that the scheme has anyway
    host : in small letters, without brackets and final dot; names as in DNS (``xn--``)
    port : the one in the address, or the scheme's
    """

    text: str
    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """Return scheme, host and port: what one robots.txt speaks for (RFC 9309, 2.3)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def parse(text: str) -> Address:
    """Return an address in its one form.

    Raises
    ------
    PageError
        If the scheme is not http or https, a name or password is given, host or port are missing,
        malformed, ambiguous or belong to another service (``fetch_ports.csv``: the ports that
        browsers block, WHATWG Fetch, 2.9), or the address is longer than 2,000 characters.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise PageError(f"the address has more than {LONGEST} characters")
    if _NOT_WRITTEN.search(text):
        raise PageError("the address holds a space, a backslash or an invisible character")
    try:
        url = httpx.URL(text)
        host, port = url.raw_host.decode("ascii").strip("[]").removesuffix("."), url.port
    except (httpx.InvalidURL, ValueError) as error:
        raise PageError(f"not an address: {error}") from error
    if url.scheme not in _DEFAULT_PORTS:
        raise PageError(f"{url.scheme or 'no scheme'}: only http and https are fetched")
    if _CREDENTIALS.match(text):
        raise PageError("addresses with a user name or password are not fetched")
    _check_host(host)
    port = _DEFAULT_PORTS[url.scheme] if port is None else port
    if port in _blocked_ports() or not 0 < port < 65536:
        raise PageError(f"port {port} is not one of web pages")
    made = url.copy_with(host=host, raw_path=url.raw_path, fragment=None)
    return Address(str(made), url.scheme, host, port)


def join(base: Address, location: bytes) -> Address:
    """Return the address that a redirect leads to.

    Raises
    ------
    PageError
        As :func:`parse`.
    """
    # servers send raw bytes of any encoding: kept byte for byte, as browsers do
    quoted = _NOT_IN_HEADER.sub(lambda byte: b"%%%02X" % byte[0][0], location.strip())
    try:
        return parse(str(httpx.URL(base.text).join(quoted.decode("ascii"))))
    except httpx.InvalidURL as error:
        raise PageError(f"redirects to what is not an address: {error}") from error


def _check_host(host: str) -> None:
    if not host:
        raise PageError("the address names no host")
    if ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError as error:
            raise PageError(f"{host}: not a host") from error
        if "%" in host:
            raise PageError(f"{host}: the address names a network card of one machine")
        return
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.match(label) for label in labels):
        raise PageError(f"{host[:80]}: not a host name")
    if _NUMERIC.match(labels[-1]):
        try:
            ipaddress.IPv4Address(host)
        except ValueError as error:
            raise PageError(f"{host}: not written as four decimal numbers") from error


def why_not(ip: str) -> str:
    """Return why a network address is not a public one; nothing if it is.

    The ranges are those of the IANA registries of special-purpose addresses
    (``fetch_networks.csv``). IPv4 inside IPv6 (mapped, RFC 4291; translated, RFC 6052) is judged
    as the IPv4 address.
    """
    try:
        found = ipaddress.ip_address(ip)
    except ValueError:
        return "not a network address"
    if isinstance(found, ipaddress.IPv6Address):
        if found.scope_id is not None:
            return "link-local (RFC 4007)"
        if found.ipv4_mapped is not None:
            return why_not(str(found.ipv4_mapped))
        if found in _TRANSLATED:
            return why_not(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    for network, name in _networks():
        if found.version == network.version and found in network:
            return name
    if isinstance(found, ipaddress.IPv6Address) and found not in _GLOBAL_UNICAST:
        return "outside the range of public addresses (RFC 4291)"
    return ""


@cache
def _networks() -> tuple[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, str], ...]:
    return tuple(
        (ipaddress.ip_network(row["network"]), row["name"])
        for row in definitions.rows("fetch_networks")
    )


@cache
def _blocked_ports() -> frozenset[int]:
    return frozenset(int(row["port"]) for row in definitions.rows("fetch_ports"))
