"""Figures as files and as images inside a page: SVG, and PNG if asked, the same bytes for the same results."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurosim.compare.running.files import write_bytes
from neurosim.report.style import SETTINGS, for_dark_pages

Draw = Callable[[Any], Any]
"""Draws on an Axes."""
SVG_DPI, PNG_DPI = 72, 160


@dataclass(frozen=True)
class Figure:
    """One figure, to be drawn.

    Attributes
    ----------
    name : str
        Of its files.
    draw : callable
        Draws on an Axes.
    size : tuple of float
        Inches.
    alt : str
        What a reader who cannot see it needs to know.
    caption : str
        What everybody reads below it.
    title : str, default=""
        A few words above it.
    draw_narrow : callable, optional
        Draws the same for a phone.
    narrow_size : tuple of float
        Inches of that.
    """

    name: str
    draw: Draw
    size: tuple[float, float]
    alt: str
    caption: str
    title: str = ""
    draw_narrow: Draw | None = None
    narrow_size: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Drawn:
    """A figure that is drawn: what a page needs to show it, ``source`` being a data address."""

    source: str
    alt: str
    caption: str
    title: str
    width: int
    height: int
    narrow: str = ""


def draw(figure: Figure, folder: Path, png: bool = False) -> Drawn:
    """Draw a figure, write it as SVG, and give what a page needs.

    Parameters
    ----------
    figure : Figure
        What to draw.
    folder : Path
        Where its files go.
    png : bool, default=False
        Write it as PNG too? One that is there already is written anew, so that it shows the same.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    svg = _svg_of(figure.draw, figure.size, folder / f"{figure.name}.png", png)
    write_bytes(folder / f"{figure.name}.svg", svg.encode())
    width, height = (round(96 * inches) for inches in figure.size)
    narrow = "" if figure.draw_narrow is None else _address(_svg_of(figure.draw_narrow, figure.narrow_size))
    return Drawn(_address(svg), figure.alt, figure.caption, figure.title, width, height, narrow)


def _address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")


def _svg_of(draw: Draw, size: tuple[float, float], as_pixels: Path | None = None, png: bool = False) -> str:
    """Draw as SVG, and as PNG if asked or if there is one already."""
    from matplotlib import style
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    # A figure of its own, not pyplot's: no global state, no window; and no reader's own settings.
    from matplotlib.figure import Figure as Canvas
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with style.context(["default", SETTINGS]):
        engine = ConstrainedLayoutEngine()
        canvas = Canvas(figsize=size, layout=engine)
        draw(canvas.subplots())
        svg, pixels = io.BytesIO(), io.BytesIO()
        drawing = FigureCanvasSVG(canvas)
        # Laid out here, since savefig would draw everything once more to do it; an SVG counts 72 dots an inch.
        canvas.set_dpi(SVG_DPI)
        engine.execute(canvas)
        canvas.set_layout_engine("none")
        canvas.set_dpi(PNG_DPI)
        drawing.print_svg(svg, metadata={"Date": None})
        if as_pixels is not None and (png or as_pixels.is_file()):
            # The second file takes the first one's layout, which is most of the work.
            canvas.savefig(pixels, format="png", metadata={"Software": None}, dpi=PNG_DPI, facecolor="white")
            write_bytes(as_pixels, pixels.getvalue())
    return for_dark_pages(svg.getvalue().decode())
