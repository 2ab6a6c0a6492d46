"""Write what tuning took into the settings of digits and into experiments: `python experiments/tuning/take.py`.

Of each log ``experiments/tuning/digits-NAME.json`` the configuration under ``taken``. In an experiment, learners whose
table ends in ``# tuned: NAME`` get it, beside what stands above that line.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import tomli_w

FOLDER = Path(__file__).parent
EXPERIMENTS = FOLDER.parent
SETTINGS = EXPERIMENTS.parent / "neurosim" / "compare" / "experiment" / "settings" / "digits.toml"
HEAD = (
    "# Chosen by `neurosim tune digits NAME`, see experiments/tuning/digits-NAME.json; "
    "written by experiments/tuning/take.py.\n"
    'compared = ["mlp", "stdp", "rstdp"]\n\n'
)
VARIANTS = ("few-spikes-", "many-spikes-", "frozen-spikes")
MARK = re.compile(r"^(# tuned: ([\w-]+)\n)(?:[\w-]+ = .*\n)*", re.MULTILINE)


def taken(name: str) -> dict[str, Any]:
    """Give the configuration that a log took."""
    found: dict[str, Any] = json.loads((FOLDER / f"digits-{name}.json").read_text(encoding="utf-8"))["taken"]
    return found


def settings_text() -> str:
    """Give the text of the settings of digits."""
    names = sorted(path.stem.removeprefix("digits-") for path in FOLDER.glob("digits-*.json"))
    tuned = {name: taken(name) for name in names if not name.startswith(VARIANTS)}
    return HEAD + tomli_w.dumps({"learners": {name: values for name, values in tuned.items() if values}})


def filled(text: str) -> str:
    """Give an experiment's text with all marked tables filled anew."""
    return MARK.sub(lambda found: found[1] + tomli_w.dumps(taken(found[2])), text)


def main() -> None:
    """Write everything."""
    SETTINGS.write_text(settings_text(), encoding="utf-8")
    for path in sorted(EXPERIMENTS.glob("*.toml")):
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
