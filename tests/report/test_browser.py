"""The pages in a real browser: no error, no missing image, nothing that sticks out, on a desk, a phone and on paper."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neurosim.report.comparison import write_comparison
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


def test_figures_keep_their_proportions_and_text_stays_legible_on_a_phone(browser: Any, pages: dict[str, Path]) -> None:
    """Shrunk in both directions alike; labels of 13 points come out at 8 pixels or more."""
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(pages["report"].as_uri())
    sizes = page.evaluate(
        "() => [...document.images].map(i => [i.clientWidth, i.clientHeight, i.naturalWidth, i.naturalHeight])"
    )
    for width, height, natural_width, natural_height in sizes:
        assert width / height == pytest.approx(natural_width / natural_height, rel=0.02)
        # A drawing's natural width is in pixels of 1/96 inch; 13 points are 17.3 of them.
        assert 13 * 96 / 72 * width / natural_width >= 8
    page.close()


def test_it_prints_on_paper_without_losing_columns(browser: Any, pages: dict[str, Path]) -> None:
    """What scrolls on a screen is shown whole on paper, and fits it."""
    page = browser.new_page(viewport={"width": 720, "height": 1000})
    page.goto(pages["report"].as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("() => getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"
    right = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('table')].map(t => t.getBoundingClientRect().right))"
    )
    assert right <= 720
    assert len(page.pdf(format="A4")) > 10_000
    page.close()


def test_the_page_can_be_read_by_keyboard_and_by_screen_readers(browser: Any, pages: dict[str, Path]) -> None:
    """Every image has a name, every region that scrolls can be focused, the language is declared."""
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(pages["report"].as_uri())
    assert page.get_attribute("html", "lang") == "en" and page.title()
    assert page.locator("img:not([alt])").count() == 0 and page.locator("img[alt='']").count() == 0
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "scroll"
    page.close()
