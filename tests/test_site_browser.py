"""The rendered study in a real browser, opened from disk.

Needs Chromium and the Python packages playwright and axe-playwright-python. Without them the tests
are skipped, and the reason is printed; ``GOVLAW_BROWSER=required`` makes that a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from studying import REPORTS, Project

from govlaw import labels

#: Where browsers are looked for: named by the user, then the usual names of Chromium.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("playwright", "axe_playwright_python")


def missing() -> str:
    """Return why no browser can be driven here, or nothing."""
    lacking = [name for name in PACKAGES if find_spec(name) is None]
    if lacking:
        return f"the Python packages {' and '.join(lacking)} are not installed"
    if not executable():
        return f"no Chromium found: none of {', '.join(NAMES)} on the path, CHROMIUM is not set"
    return ""


def executable() -> str:
    """Return the file of a Chromium, or nothing."""
    return os.environ.get("CHROMIUM", "") or next(filter(None, map(shutil.which, NAMES)), "")


def test_a_browser_is_at_hand(capsys: pytest.CaptureFixture[str]) -> None:
    """Whether the pages are tested in a browser is said aloud, and can be demanded."""
    reason = missing()
    if reason and os.environ.get("GOVLAW_BROWSER") == "required":
        pytest.fail(reason)
    if reason:
        with capsys.disabled():
            print(f"\nthe site is not tested in a browser: {reason}")
        pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium without a network."""
    if missing():
        pytest.skip(missing())
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=executable())
        yield opened
        opened.close()


class Tab:
    """A page of the browser that keeps what went wrong and what was asked of other hosts."""

    def __init__(self, browser: Any, site: Path, **options: Any) -> None:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.site, self.faults = site, []  # type: ignore[var-annotated]
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._asked)
        self.page.on("requestfailed", lambda r: self.faults.append(f"failed: {r.url}"))

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(("file://", "data:", "blob:")):
            self.faults.append(f"outside: {request.url}")

    def open(self, address: str) -> Any:
        """Open a page of the site, named as in ``zh/index.html#place``."""
        self.page.goto(f"file://{self.site}/{address}")
        return self.page


@pytest.fixture
def tab(browser: Any, project: Project) -> Iterator[Tab]:
    """A wide page; at its end nothing may have gone wrong."""
    opened = Tab(browser, project.folder / "site")
    yield opened
    opened.context.close()
    assert opened.faults == []


def some(site: Path, *languages: str) -> list[str]:
    """Return a page of each kind in some languages, and each page of the study."""
    few = ("index", "search", "cards/index", "evidence/index", "codebook/index", "study/index",
           "codebook/med_success_rate", "codebook/lead_accountability_reports",
           f"cards/{REPORTS[1]}", f"evidence/{REPORTS[0]}")  # fmt: skip
    found = []
    for language in languages:
        found += [f"{language}/{name}.html" for name in few]
        found += [f"{language}/study/{path.name}" for path in (site / language).glob("study/0*")]
    return found


def unfold(page: Any) -> None:
    """Open everything that is folded."""
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")


def opened(site: Path) -> list[str]:
    """Return every page; those of indicators, of which there are hundreds, in turn in one of the
    languages, unless ``GOVLAW_PAGES=all``."""
    found = [path.relative_to(site).as_posix() for path in site.glob("*/**/*.html")]
    pages = {page for page in found if "/_static/" not in page}  # a template of the theme's
    must = set(some(site, *labels.LANGUAGES))
    assert must <= pages
    if os.environ.get("GOVLAW_PAGES") != "all":
        names = sorted({page.partition("/")[2] for page in pages if "/codebook/" in page})
        for place, name in enumerate(names):
            pages -= {f"{labels.LANGUAGES[place % len(labels.LANGUAGES)]}/{name}"} - must
    return [*sorted(pages), "index.html"]


def test_pages_open_on_a_phone(browser: Any, project: Project) -> None:
    """No page reports an error, asks another host for anything, or scrolls sideways at 390 px."""
    site = project.folder / "site"
    pages = opened(site)
    look = "[document.querySelectorAll('h1').length, document.documentElement.scrollWidth]"
    for first in range(0, len(pages), 60):  # a tab grows slower with its history
        tab = Tab(browser, site, viewport={"width": 390, "height": 844})
        for address in pages[first : first + 60]:
            page = tab.open(address)
            if address == "index.html":
                page.wait_for_url("**/en/index.html")  # the language of the browser
            unfold(page)
            headings, width = page.evaluate(look)
            assert tab.faults == [], address
            assert headings == 1, address
            assert width <= 390, address
        tab.context.close()


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "zh")])
def test_no_serious_fault_of_access(
    browser: Any, project: Project, scheme: str, language: str
) -> None:
    """axe finds nothing serious or critical on a page of each kind; in the dark, where nothing
    but colours differs, it looks at colours."""
    from axe_playwright_python.sync_playwright import Axe

    site = project.folder / "site"
    tab = Tab(browser, site, color_scheme=scheme, reduced_motion="reduce")
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if scheme == "dark":
        options["runOnly"] = {"type": "rule", "values": ["color-contrast"]}
    for address in some(site, language):
        page = tab.open(address)
        if address.endswith("01_corpus.html"):  # what unfolds looks alike everywhere
            unfold(page)
        bad = [
            f"{v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in Axe().run(page, options=options).response["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        assert bad == [], f"{address} ({scheme})"
    tab.context.close()


@pytest.mark.parametrize(
    ("language", "words", "wanted"),
    [
        ("zh", "行政复议", f"evidence/{REPORTS[1]}.html"),
        ("zh", "人民调解成功率", "codebook/med_success_rate.html"),
        ("en", "mediation success", "codebook/med_success_rate.html"),
        ("en", "med_success_rate", "codebook/med_success_rate.html"),
        ("en", "人民调解", f"evidence/{REPORTS[1]}.html"),
    ],
)
def test_the_search_finds_words(tab: Tab, language: str, words: str, wanted: str) -> None:
    """Chinese phrases, English words and codes are found, typed into the field of any page."""
    page = tab.open(f"{language}/study/index.html")
    page.keyboard.press("Control+k")
    field = page.locator("#pst-search-dialog input")
    field.fill(words)
    field.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    found = page.locator(f"#search-results li a[href*='{wanted}']")
    found.first.wait_for()
    found.first.click()
    page.wait_for_url(f"**/{wanted}*")


def test_a_row_below_a_figure_leads_to_the_marked_sentence(tab: Tab) -> None:
    """From the data of a figure to the text: the figure is the target, seen, and its sentence
    stands out."""
    page = tab.open("zh/study/03_audit.html")
    page.locator("details.govlaw-data summary").first.click()
    link = page.locator("details.govlaw-data a[href*='evidence/']").first
    words = link.inner_text()
    link.click()
    page.wait_for_url("**/evidence/*.html#f*")
    target = page.locator("a.figure:target")
    assert target.inner_text() == words
    box = target.bounding_box()
    assert box and 0 < box["y"] < 900
    shade = "getComputedStyle(document.querySelector('.sentence:has(:target)')).backgroundColor"
    assert page.evaluate(shade) not in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)")


def test_a_row_of_a_table_leads_to_the_marked_sentence(tab: Tab) -> None:
    """The same from a report card."""
    page = tab.open(f"en/cards/{REPORTS[1]}.html")
    link = page.locator("table.govlaw a[href*='#f']").last
    words = link.inner_text()
    link.click()
    page.wait_for_url("**/evidence/*.html#f*")
    assert page.locator("a.figure:target").inner_text() == words


def test_a_figure_and_its_row_lead_to_each_other(tab: Tab) -> None:
    """With the keyboard alone: from the text to the list and back."""
    page = tab.open(f"zh/evidence/{REPORTS[1]}.html")
    mark = page.locator(".evidence a.figure").nth(5)
    name = mark.get_attribute("id")
    mark.focus()
    page.keyboard.press("Enter")
    row = page.locator(".figure-list li:target")
    assert row.get_attribute("id") == f"l-{name}"
    row.locator("a.to-text").press("Enter")
    assert page.locator(".evidence :target").get_attribute("id") == name


def test_figures_can_be_filtered(tab: Tab) -> None:
    """A choice hides the other rows and unmarks the other figures, says how many are left, stands
    in the address, and is undone."""
    page = tab.open(f"en/evidence/{REPORTS[1]}.html")
    rows, marks = page.locator(".figure-list li"), page.locator(".evidence a.figure")
    every = rows.count()
    assert marks.count() == every and page.locator("#figure-filter").is_visible()
    page.locator("select[name=dimension]").select_option("disputes")
    page.locator("select[name=role]").select_option("actual")
    left = page.locator(".figure-list li:visible")
    assert 0 < left.count() < every
    assert set(left.evaluate_all("all => all.map((one) => one.dataset.dimension)")) == {"disputes"}
    assert page.locator(".evidence a.figure:not(.off)").count() == left.count()
    assert (
        page.locator("#figure-filter output").inner_text().startswith(f"{left.count()} of {every}")
    )
    assert page.url.endswith("#dimension=disputes&role=actual")
    page.reload()
    assert page.locator(".figure-list li:visible").count() == left.count() < every
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("document.querySelectorAll('.figure-list li[hidden]').length === 0")
    assert "#" not in page.url


def test_a_link_to_a_hidden_figure_shows_it(tab: Tab) -> None:
    """A place in the address wins over the choice made before."""
    page = tab.open(f"zh/evidence/{REPORTS[1]}.html#role=structural")
    hidden = page.locator(".figure-list li[hidden]").first.get_attribute("id")
    page.evaluate("(name) => { location.hash = name; }", hidden)
    page.wait_for_function("document.querySelectorAll('.figure-list li[hidden]').length === 0")
    assert page.locator(f"[id='{hidden}']").is_visible()


def test_without_scripts_everything_is_there(browser: Any, project: Project) -> None:
    """Every figure and row is shown, links arrive, and no control is there that does nothing."""
    tab = Tab(browser, project.folder / "site", java_script_enabled=False)
    page = tab.open(f"zh/evidence/{REPORTS[1]}.html")
    assert page.locator(".figure-list li").first.is_visible()
    assert not page.locator("#figure-filter").is_visible()
    page.locator(".figure-list a.to-text").nth(7).click()
    assert page.locator("a.figure:target").count() == 1
    tab.context.close()


def test_language_and_theme_are_switched(tab: Tab) -> None:
    """The switch leads to the same page in the other language; the dark theme stays chosen."""
    page = tab.open(f"zh/evidence/{REPORTS[1]}.html")
    page.locator("a.language-switch:visible").click()
    page.wait_for_url(f"**/en/evidence/{REPORTS[1]}.html")
    assert page.get_attribute("html", "lang") == "en"
    page.evaluate("localStorage.setItem('mode', 'light')")
    page.reload()
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("button.theme-switch-button:visible").click()
    page.locator(
        "[data-mode-value='dark']:visible, .dropdown-menu :text('Dark'):visible"
    ).first.click()
    assert page.get_attribute("html", "data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    tab.open("zh/index.html")
    assert page.get_attribute("html", "data-theme") == "dark"


def test_the_keyboard_reaches_the_text(tab: Tab) -> None:
    """The first stop is the link past the menu, and what has the focus can be seen."""
    page = tab.open(f"zh/evidence/{REPORTS[1]}.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
    page.keyboard.press("Enter")
    page.locator(".evidence a.figure").first.focus()
    page.keyboard.press("Tab")
    style = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate("document.activeElement.classList.contains('figure')")
    assert page.evaluate(style) != "none"


def test_a_page_can_be_printed(tab: Tab) -> None:
    """On paper the menu and the filter are gone and the list is whole."""
    page = tab.open(f"zh/evidence/{REPORTS[1]}.html")
    page.emulate_media(media="print")
    assert not page.locator("#pst-header").is_visible()
    assert not page.locator("#figure-filter").is_visible()
    row = page.locator(".figure-list")
    assert row.evaluate("(one) => one.scrollHeight <= one.clientHeight + 1")
