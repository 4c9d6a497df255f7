"""What may be fetched: forms of addresses, ranges of network addresses, rows of a list."""

from __future__ import annotations

import contextlib
import ipaddress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlaw.corpus import find
from govlaw.errors import FetchError
from govlaw.fetch import addresses, listing, store
from govlaw.fetch.faults import PageError

IPV4 = st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address)
IPV6 = st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("HTTP://WWW.Example.COM:80/A?b=C#d", "http://www.example.com/A?b=C"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com:444/a", "https://example.com:444/a"),
        ("http://example.com./a", "http://example.com/a"),
        ("http://example.com/a/../../b", "http://example.com/b"),
        ("http://政府.中国/报告", "http://xn--mxtq1m.xn--fiqs8s/%E6%8A%A5%E5%91%8A"),
        ("http://122.137.242.24:8080/a", "http://122.137.242.24:8080/a"),
        ("http://[2001:4860::8888]/", "http://[2001:4860::8888]/"),
        ("http://127。0。0。1/", "http://127.0.0.1/"),
        ("http://example.com?q=@x", "http://example.com/?q=@x"),
    ],
)
def test_an_address_has_one_form(text: str, form: str) -> None:
    """Case, default port, final dot, fragment and Chinese names come to one form, which stays."""
    assert addresses.parse(text).text == form
    assert addresses.parse(form) == addresses.parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ftp://example.com/", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("//example.com/", "only http and https"),
        ("example.com/a", "only http and https"),
        ("http:///a", "names no host"),
        ("http://user:pass@example.com/", "user name or password"),
        ("http://@example.com/", "user name or password"),
        ("http://good.com\\@bad.com/", "a backslash"),
        ("http://example.com/a b", "a space"),
        ("http://example.com/\u202egpj.exe", "invisible"),
        ("http://example.com:22/", "port 22"),
        ("http://example.com:0/", "port 0"),
        ("http://example.com:99999/", "port 99999"),
        ("http://127.1/", "four decimal numbers"),
        ("http://2130706433/", "four decimal numbers"),
        ("http://0x7f000001/", "four decimal numbers"),
        ("http://0x7f.0.0.0x1/", "four decimal numbers"),
        ("http://127.0.0.0x/", "four decimal numbers"),
        ("http://0177.0.0.1/", "not an address"),
        ("http://１２７.0.0.1/", "not an address"),
        ("http://[fe80::1%25eth0]/", "network card"),
        ("http://exa%6dple.com/", "not a host name"),
        ("http://example..com/", "not a host name"),
        ("http://-example.com/", "not a host name"),
        ("http://" + "a" * 64 + ".com/", "not a"),
        ("http://example.com/" + "a" * 2000, "more than 2000"),
    ],
)
def test_other_addresses_are_refused_with_a_reason(text: str, reason: str) -> None:
    """Schemes, credentials, ports of other services, numbers in disguise, damaged hosts."""
    with pytest.raises(PageError, match=reason):
        addresses.parse(text)


@pytest.mark.parametrize(
    "ip",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1",
        "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1",
        "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "4000::1", "fc00::1", "fd00::1",
        "fe80::1", "fe80::1%eth0", "2400:3200::1%eth0", "fec0::1", "ff02::1", "localhost", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused(ip: str) -> None:
    """Private, link-local, shared, reserved and multicast ranges, also inside IPv6."""
    assert addresses.why_not(ip)


@pytest.mark.parametrize(
    "ip",
    ["1.1.1.1", "122.137.242.24", "172.32.0.1", "100.128.0.1", "223.5.5.5", "2400:3200::1",
     "::ffff:223.5.5.5", "64:ff9b::df05:505"],
)  # fmt: skip
def test_public_addresses_are_allowed(ip: str) -> None:
    """Neighbours of the ranges, and public IPv4 written as IPv6."""
    assert not addresses.why_not(ip)


@given(IPV4)
def test_no_ipv4_address_that_python_knows_as_private_passes(ip: ipaddress.IPv4Address) -> None:
    """The table is at least as strict as the standard library, also for mapped addresses."""
    reason = addresses.why_not(str(ip))
    if ip.is_private or ip.is_multicast or ip.is_reserved or ip.is_loopback or ip.is_link_local:
        assert reason
    assert addresses.why_not(f"::ffff:{ip}") == reason
    assert addresses.why_not(str(ipaddress.IPv6Address(0x64FF9B << 96 | int(ip)))) == reason


@given(IPV6 | st.integers(0, 2**125 - 1).map(lambda n: ipaddress.IPv6Address(n | 1 << 125)))
def test_no_ipv6_address_that_python_knows_as_private_passes(ip: ipaddress.IPv6Address) -> None:
    """What passes is global unicast for the standard library too."""
    if not addresses.why_not(str(ip)) and ip.ipv4_mapped is None and ip.sixtofour is None:
        assert ip.is_global or int(ip) >> 32 == 0x64FF9B << 64
        assert not (ip.is_multicast or ip.is_loopback or ip.is_link_local or ip.is_unspecified)


@given(st.text(max_size=60) | st.text("/:@.[]%0x1a?#-_", max_size=30).map("http://".__add__))
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    """No text raises anything else; an address is ASCII, keeps its form and names a safe file."""
    try:
        found = addresses.parse(text)
    except PageError:
        return
    assert found.text.isascii() and found.scheme in ("http", "https") and found.host
    assert addresses.parse(found.text) == found
    name = store.stem(found)
    assert Path(name).name == name and not name.startswith((".", "_")) and len(name) < 120


@given(st.binary(max_size=60))
def test_any_redirect_is_followed_or_refused(location: bytes) -> None:
    """A Location of any bytes leads to an address that is allowed, or is refused."""
    base = addresses.parse("http://example.com/a/b")
    with contextlib.suppress(PageError):
        assert addresses.join(base, location).text.startswith("http")


def test_redirects_keep_raw_bytes() -> None:
    """Bytes of another encoding in a Location are kept, as browsers do."""
    base = addresses.parse("http://example.com/a/b")
    found = addresses.join(base, "../报告".encode("gbk"))
    assert found.text == "http://example.com/%B1%A8%B8%E6"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://www.x.gov.cn/art/2025/t20250328_84.html?a=1", "www_x_gov_cn_t20250328_84_"),
        ("http://www.x.gov.cn/", "www_x_gov_cn_"),
        ("http://www.x.gov.cn/..%2f..%2fetc", "www_x_gov_cn_"),
        ("http://con.cn/报告.pdf", "con_cn_e6_8a_a5_e5_91_8a_"),
    ],
)
def test_files_are_named_after_host_and_page(url: str, name: str) -> None:
    """The name begins with the host and ends with ten digits that tell addresses apart."""
    stem = store.stem(addresses.parse(url))
    assert stem.startswith(name) and len(stem.rpartition("_")[2]) == 10
    assert stem != store.stem(addresses.parse(url + "x"))


@pytest.mark.parametrize(
    ("kind", "body", "suffix"),
    [
        ("text/html; charset=gb2312", b"<html>", ".html"),
        ("text/html", b"%PDF-1.4", ".pdf"),
        ("application/octet-stream", b"PK\x03\x04 word/document.xml", ".docx"),
        ("application/octet-stream", b"\xef\xbb\xbf\n<!DOCTYPE html>", ".html"),
        ("", b"<html lang=zh>", ".html"),
        ("TEXT/PLAIN", b"abc", ".txt"),
        ("text/markdown", b"---\ntitle: x\n---\n", ".txt"),
        ("application/pdf", b"<html>sorry</html>", None),
        ("image/png", b"\x89PNG", None),
        ("application/zip", b"PK\x03\x04 other", None),
        ("", b"abc", None),
    ],
)
def test_the_suffix_says_what_the_bytes_are(kind: str, body: bytes, suffix: str | None) -> None:
    """Bytes go before the type that the server states; what no reader reads is not kept."""
    if suffix is None:
        with pytest.raises(PageError, match=r"not kept|and is not"):
            store.suffix(kind, body)
    else:
        assert store.suffix(kind, body) == suffix


ROWS = [
    {"url": "http://a.cn/1", "report_year": "2020", "level": "county", "official": "yes"},
    {"url": "http://b.cn/2", "report_year": "2023", "level": "province", "official": "mirror"},
    {"url": "http://c.cn/3", "report_year": "2024", "level": "prefecture", "official": "yes"},
    {"url": "http://c.cn/3", "report_year": "", "level": "prefecture", "official": "yes"},
]


@pytest.mark.parametrize(
    ("where", "mirrors", "kept"),
    [
        ((), False, "13"),
        ((), True, "123"),
        (("report_year=2020-2023",), True, "12"),
        (("report_year=2020,2024",), False, "13"),
        (("report_year=",), False, "3"),
        (("level=county,province", "report_year=2023"), True, "2"),
    ],
)
def test_conditions_select_rows(where: tuple[str, ...], mirrors: bool, kept: str) -> None:
    """Values, ranges of years and empty cells; mirrors only if asked for; each address once."""
    assert [url[-1] for url in listing.select(ROWS, where, mirrors)] == list(kept)


@pytest.mark.parametrize(
    ("where", "message"),
    [("level", "write COLUMN=VALUE"), ("x=1", "no column 'x'"), ("level=x", "no row")],
)
def test_a_wrong_condition_is_one_clear_line(where: str, message: str) -> None:
    """The error says what to write, which columns there are, or that nothing is left."""
    with pytest.raises(FetchError, match=message):
        listing.select(ROWS, [where])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "'url' is missing"),
        (b"address\nx\n", "'url' is missing"),
        (b"url\n", "the list is empty"),
        (b"url,a\nx,1,2\n", "row 1 has more cells"),
        ("url\n报告\n".encode("gbk"), "not UTF-8"),
    ],
)
def test_a_wrong_list_is_one_clear_line(tmp_path: Path, content: bytes, message: str) -> None:
    """The error names the file and what is wrong."""
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(FetchError, match=message) as raised:
        listing.read(path)
    assert "list.csv" in str(raised.value)


def test_the_list_of_the_project_can_be_fetched(raw: Path) -> None:
    """Every address is allowed by its form and has a name of its own; the list is no report."""
    rows = listing.read(raw / "reports.csv")
    assert {"title", "issuer", "province", "level", "report_year", "official"} <= set(rows[0])
    official, every = listing.select(rows), listing.select(rows, mirrors=True)
    assert 300 < len(official) < len(every)
    names = {store.stem(addresses.parse(url)) for url in every}
    assert len(names) == len(every)
    assert not any(path.name.startswith("reports") for path in find([raw]))


def test_the_list_is_that_of_the_catalogue(raw: Path, shared: Path) -> None:
    """The copy holds every cell of its source, with line feeds only."""
    copy = (raw / "reports.csv").read_bytes()
    assert b"\r" not in copy
    assert copy == (shared / "catalogue" / "reports.csv").read_bytes().replace(b"\r\n", b"\n")
