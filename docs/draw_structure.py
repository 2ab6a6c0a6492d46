"""Draw how the package hangs together, from its own imports: `python docs/draw_structure.py`.

Rooms are the package's folders and the modules beside them, in columns by rank: whoever imports stands to the right of
what is imported. Thin lines are imports. The thick numbered line is the way of a sample, from the task to the spike and
back to the report; a step between two rooms that do not import one another is refused.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "neurosim"
PICTURE = ROOT / "docs" / "images" / "structure.svg"
WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN, LINE = 140, 26, 84, 26, 24, 18


class Step(NamedTuple):
    """One step of a sample: from where, to where, and what goes over."""

    start: str
    end: str
    what: str


WAY = (
    Step("tasks", "compare", "samples, split into three parts"),
    Step("compare", "learners", "trials, in one order for all"),
    Step("learners", "coding", "values"),
    Step("coding", "learners", "firing rates and phases"),
    Step("learners", "snn", "what the inputs do; or ann, for rate units"),
    Step("snn", "learners", "spikes and changed weights"),
    Step("learners", "compare", "answers and counted events"),
    Step("compare", "metrics", "counts"),
    Step("metrics", "compare", "operations, energy"),
    Step("compare", "report", "one summary, plain values"),
)


class Box(NamedTuple):
    """Where a room is drawn."""

    x: float
    y: float
    height: float


def room_of(path: Path) -> str:
    """Give the room of a file: its folder below the package, or its own name."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported_rooms(path: Path) -> set[str]:
    """Give the rooms that a file imports, but for what only a type checker reads."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            waiting += node.orelse
            continue
        waiting += ast.iter_child_nodes(node)
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("neurosim.")}
    return found - {room_of(path), "__version__"}


def rooms_and_imports() -> dict[str, set[str]]:
    """Give each room and the rooms that it imports."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if room_of(path) not in ("__init__", "__main__"):
            found.setdefault(room_of(path), set()).update(imported_rooms(path))
    return {room: {other for other in others if other in found} for room, others in found.items()}


def ranks(imports: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Give each room its rank: above all that it imports, and as close as it can be below whoever imports it.

    Raises
    ------
    ValueError
        If rooms import one another in a circle.
    """
    known: dict[str, int] = {}
    while len(known) < len(imports):
        ready = [room for room in imports if room not in known and all(other in known for other in imports[room])]
        if not ready:
            raise ValueError(f"rooms import one another in a circle: {', '.join(sorted(set(imports) - set(known)))}")
        known |= {room: 1 + max((known[other] for other in imports[room]), default=-1) for room in ready}
    for room in sorted(known, key=lambda name: -known[name]):
        above = [known[other] for other in imports if room in imports[other]]
        known[room] = min(above) - 1 if above else known[room]
    return known


def inside(room: str) -> list[str]:
    """Give the folders within a room."""
    folder = PACKAGE / room
    return sorted(path.parent.name for path in folder.glob("*/__init__.py")) if folder.is_dir() else []


def boxes(by_rank: Mapping[str, int]) -> dict[str, Box]:
    """Place rooms in columns by rank, each as high as what it holds."""
    placed: dict[str, Box] = {}
    heights = {room: HEIGHT + LINE * len(inside(room)) for room in by_rank}
    columns = [[room for room in by_rank if by_rank[room] == rank] for rank in range(max(by_rank.values()) + 1)]
    tallest = max(sum(heights[room] + GAP_Y for room in column) for column in columns)
    for rank, column in enumerate(columns):
        y = MARGIN + (tallest - sum(heights[room] + GAP_Y for room in column)) / 2
        for room in column:
            placed[room] = Box(MARGIN + rank * (WIDTH + GAP_X), y, heights[room])
            y += heights[room] + GAP_Y
    return placed


def line_between(start: Box, end: Box, shift: float) -> str:
    """Give a curve from the side of one box to the facing side of another."""
    to_right = end.x > start.x
    x1, x2 = (start.x + WIDTH, end.x) if to_right else (start.x, end.x + WIDTH)
    if start.x == end.x:
        x1 = x2 = start.x + WIDTH
    y1, y2 = start.y + start.height / 2 + shift, end.y + end.height / 2 + shift
    bend = GAP_X * (0.9 if start.x != end.x else 1.2) * (1 if x2 >= x1 else -1)
    ends_at = x2 - bend if start.x != end.x else x2 + bend
    return f"M{x1:.0f} {y1:.0f} C{x1 + bend:.0f} {y1:.0f} {ends_at:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"


def beside(start: Box, end: Box, shift: float) -> tuple[float, float]:
    """Give a point on such a curve, close to the box on the left: there no two curves meet."""
    left = min(start, end, key=lambda box: box.x)
    return left.x + WIDTH + 16, left.y + left.height / 2 + shift


def drawn(way: Sequence[Step] = WAY) -> str:
    """Give the picture as SVG.

    Raises
    ------
    ValueError
        If a step of the way joins rooms of which neither imports the other.
    """
    imports = rooms_and_imports()
    placed = boxes(ranks(imports))
    for step in way:
        if step.end not in imports[step.start] and step.start not in imports[step.end]:
            raise ValueError(f"no import joins {step.start} and {step.end}")
    width = max(box.x for box in placed.values()) + WIDTH + MARGIN
    bottom = max(box.y + box.height for box in placed.values()) + GAP_Y
    parts = [
        line_between(placed[room], placed[other], 0).join(('<path class="import" d="', '"/>'))
        for room, others in sorted(imports.items())
        for other in sorted(others)
    ]
    for room, box in placed.items():
        parts.append(f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{WIDTH}" height="{box.height}" rx="6"/>')
        parts.append(f'<text class="room" x="{box.x + 10:.0f}" y="{box.y + 18:.0f}">{escape(room)}</text>')
        for number, name in enumerate(inside(room), 1):
            y = box.y + 16 + LINE * number
            parts.append(f'<text x="{box.x + 22:.0f}" y="{y:.0f}">{escape(name)}</text>')
    for number, step in enumerate(way, 1):
        shift = 9.0 if placed[step.end].x < placed[step.start].x else -9.0
        parts.append(f'<path class="way" d="{line_between(placed[step.start], placed[step.end], shift)}"/>')
        x, y = beside(placed[step.start], placed[step.end], shift)
        parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="9"/>')
        parts.append(f'<text class="number" x="{x:.0f}" y="{y + 4:.0f}">{number}</text>')
        told = f"{number}  {step.start} → {step.end}: {step.what}"
        column, row = divmod(number - 1, (len(way) + 1) // 2)
        parts.append(
            f'<text class="told" x="{MARGIN + column * width / 2:.0f}" y="{bottom + 20 * (row + 1):.0f}">'
            f"{escape(told)}</text>"
        )
    height = bottom + 20 * ((len(way) + 1) // 2) + MARGIN
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img">
<title>The rooms of neurosim, their imports, and the way of a sample</title>
<style>
svg {{ background: #ffffff; font-family: sans-serif; }}
rect {{ fill: #f3f6fa; stroke: #4a5a70; }}
text {{ font-size: 14px; fill: #223; }} .room {{ font-weight: bold; font-size: 15px; }} .told {{ font-size: 15px; }}
.number {{ fill: #ffffff; text-anchor: middle; font-size: 11px; font-weight: bold; }}
circle {{ fill: #b3400f; }}
.import {{ fill: none; stroke: #c6ced9; stroke-width: 1; }}
.way {{ fill: none; stroke: #b3400f; stroke-width: 2.5; opacity: 0.85; }}
</style>
{chr(10).join(parts)}
</svg>
"""


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
    sys.stdout.write(f"{PICTURE}\n")
