"""The pages in a real browser: no error, no missing image, nothing that sticks out, on a desk, a phone and on paper."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neurosim.report.bars import FONT
from neurosim.report.comparison import write_comparison
from neurosim.report.style import NARROW, WIDE
from tests.report.conftest import small_run

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REQUIRE = "NEUROSIM_REQUIRE_BROWSER"
STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const inBox = (e) => e.closest('.scroll') && !e.classList.contains('scroll');
  return [...document.querySelectorAll('body *')]
    .filter((e) => !inBox(e) && e.getBoundingClientRect().right > width + 0.5)
    .map((e) => `${e.tagName} ${e.className} ${e.getBoundingClientRect().right}`);
}"""
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def no_browser(reason: str) -> None:
    """Skip, or fail where a browser was asked for."""
    if os.environ.get(REQUIRE) == "1":
        pytest.fail(f"{reason}, and {REQUIRE} is 1")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start the system's Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        no_browser("playwright is not installed")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        no_browser(f"none of {', '.join(BROWSERS)} is on PATH")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def pages(finished: Path, other: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give a report, one with long labels and one seed, and a comparison."""
    folder = tmp_path_factory.mktemp("pages")
    long = "a-label-that-is-longer-than-any-phone-is-wide-and-has-no-place-to-break-it"
    learners = {long: {"kind": "mlp"}, "stdp": {"n_neurons": 20}}
    small_run(folder / "long", task="xor", train_size=None, presentations=40, n_seeds=1, learners=learners)
    return {
        "report": finished / "report.html",
        "long": folder / "long" / "report.html",
        "comparison": write_comparison([finished, other, folder / "long"], folder / "out"),
    }


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", ["report", "long", "comparison"])
def test_the_page_is_sound_at_every_width(browser: Any, pages: dict[str, Path], name: str, width: int) -> None:
    """Offline: whatever it asked for would fail and be noticed."""
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page, said, failed, asked = context.new_page(), [], [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("request", lambda request: asked.append(request.url.partition(":")[0]))
    page.goto(pages[name].as_uri())
    page.evaluate("() => document.querySelectorAll('details').forEach((e) => { e.open = true; })")
    images = page.evaluate(
        "() => Promise.all([...document.images].map(i => i.decode().then(() => i.naturalWidth, () => 0)))"
    )
    assert said == [] and failed == [] and set(asked) <= {"file", "data"}
    assert images and min(images) > 0
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.evaluate(STICKS_OUT) == []
    context.close()


def test_the_check_sees_what_sticks_out(browser: Any, tmp_path: Path) -> None:
    """A page that is too wide is caught, even where it cannot be scrolled."""
    (tmp_path / "wide.html").write_text("<body style='overflow-x: hidden'><p style='width: 500px'>wide</p></body>")
    page = browser.new_page(viewport={"width": 360, "height": 600})
    page.goto((tmp_path / "wide.html").as_uri())
    assert len(page.evaluate(STICKS_OUT)) == 1
    page.close()


OPEN = "() => document.querySelectorAll('details').forEach((e) => { e.open = true; })"
PICTURE = """() => {
  const image = document.querySelector('header img');
  return [image.clientWidth, image.clientHeight, image.naturalWidth, image.naturalHeight];
}"""


def test_figures_keep_their_proportions_and_text_stays_legible_on_a_phone(browser: Any, pages: dict[str, Path]) -> None:
    """Shrunk in both directions alike; labels of 13 points come out at 8 pixels or more."""
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(pages["report"].as_uri())
    page.evaluate(OPEN)
    sizes = page.evaluate(
        "() => [...document.images].map(i => [i.clientWidth, i.clientHeight, i.naturalWidth, i.naturalHeight])"
    )
    assert len(sizes) > 5
    for width, height, natural_width, natural_height in sizes:
        assert width / height == pytest.approx(natural_width / natural_height, rel=0.02)
        # A drawing's natural width is in pixels of 1/96 inch; 13 points are 17.3 of them.
        assert 13 * 96 / 72 * width / natural_width >= 8
    page.close()


@pytest.mark.parametrize(("size", "inches"), [((1280, 720), WIDE), ((390, 844), NARROW), ((360, 740), NARROW)])
def test_the_first_screen_has_the_picture_that_fits(
    browser: Any, pages: dict[str, Path], size: tuple[int, int], inches: float
) -> None:
    """A desk shows all of it without scrolling; a phone has a drawing of its own. Text of 16 pixels on both."""
    page = browser.new_page(viewport=dict(zip(("width", "height"), size, strict=True)))
    page.goto(pages["report"].as_uri())
    width, height, natural_width, natural_height = page.evaluate(PICTURE)
    assert natural_width == pytest.approx(96 * inches, abs=1.5)
    assert width / height == pytest.approx(natural_width / natural_height, rel=0.02)
    assert FONT * 96 / 72 * width / natural_width >= 16
    if inches == WIDE:
        bottom = page.evaluate("() => document.querySelector('header').getBoundingClientRect().bottom")
        assert bottom <= size[1]
    page.close()


def test_the_page_and_its_drawings_are_dark_where_the_reader_asks_for_it(browser: Any, pages: dict[str, Path]) -> None:
    """The corner of the page, and the darkest and lightest pixel of its picture, change places."""
    seen = []
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme=scheme)
        page = context.new_page()
        page.goto(pages["report"].as_uri())
        found = page.evaluate("""async () => {
          const image = document.querySelector('header img');
          await image.decode();
          const canvas = Object.assign(document.createElement('canvas'), {width: 900, height: 200});
          const drawing = canvas.getContext('2d');
          drawing.drawImage(image, 0, 0, 900, 200);
          const data = drawing.getImageData(0, 0, 900, 200).data, shades = [];
          for (let k = 0; k < data.length; k += 4) {
            if (data[k + 3] === 255) shades.push(data[k] + data[k + 1] + data[k + 2]);
          }
          const paper = getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number);
          return [paper[0] + paper[1] + paper[2], Math.min(...shades), Math.max(...shades)];
        }""")
        seen.append(found)
        context.close()
    (light, darkest, _), (dark, _, lightest) = seen
    assert light > 700 > 150 > dark and darkest < 200 and lightest > 600


def test_what_an_address_leads_to_is_opened(browser: Any, pages: dict[str, Path]) -> None:
    """Closed at first; by a link, and by the page's own address."""
    is_open = "() => [...document.querySelectorAll('main > details')].map((e) => e.open)"
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(pages["report"].as_uri())
    assert page.evaluate(is_open) == [False, False]
    page.click("header a[href='#judged']")
    page.wait_for_function("() => document.getElementById('judged').open")
    assert page.evaluate(is_open) == [True, False]
    page.close()
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(pages["report"].as_uri() + "#costs")
    assert page.evaluate(is_open) == [False, True]
    assert abs(page.evaluate("() => document.getElementById('costs').getBoundingClientRect().top")) < 60
    page.close()


def test_it_prints_on_paper_without_losing_columns(browser: Any, pages: dict[str, Path]) -> None:
    """What scrolls on a screen is shown whole on paper, and fits it; what is folded is opened."""
    page = browser.new_page(viewport={"width": 720, "height": 1000})
    page.goto(pages["report"].as_uri())
    assert len(page.pdf(format="A4")) > 10_000
    assert page.evaluate("() => [...document.querySelectorAll('details')].every((e) => e.open)")
    page.emulate_media(media="print")
    assert page.evaluate("() => getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"
    right = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('table')].map(t => t.getBoundingClientRect().right))"
    )
    assert 360 < right <= 720
    page.close()


def test_the_page_can_be_read_by_keyboard_and_by_screen_readers(browser: Any, pages: dict[str, Path]) -> None:
    """Every image has a name, every region that scrolls can be focused, the language is declared."""
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(pages["report"].as_uri())
    assert page.get_attribute("html", "lang") == "en" and page.title()
    assert page.locator("img:not([alt])").count() == 0 and page.locator("img[alt='']").count() == 0
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('href')") == "#judged"
    page.evaluate(OPEN)
    regions = page.locator(".scroll")
    assert regions.count() > 10 and regions.count() == page.locator(".scroll[tabindex='0']").count()
    page.close()
