"""Run published experiments again, one after the other, and keep their extracts: `python docs/rerun.py [NAME...]`.

In this order, so that what is cited most comes first; over as many sittings as it takes, since what is finished is
not run again and what was interrupted goes on. Tuning comes before all of it: `neurosim tune digits NAME --kept
FOLDER`, then `python experiments/tuning/take.py`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from keep_results import keep  # type: ignore[import-not-found]

ROOT = Path(__file__).resolve().parents[1]
ORDER = (
    "compare",
    "learning_rule_or_unit", "learning_rule_or_unit_few_spikes", "learning_rule_or_unit_on_mnist",
    "spiking_ladder_on_digits", "ladder_on_digits", "ladder_on_mnist",
    "teachers_on_iris",
    "all_learners_on_digits", "input_spikes_on_digits", "backprop_on_digits", "xor", "xor_needs_a_hidden_layer",
    "hidden_spikes_on_noisy_xor", "hidden_spikes_on_parity", "hidden_spikes_on_spirals", "activations_and_optimizers",
    "conversion_on_digits", "regression_on_diabetes",
    "stdp_on_mnist_100", "stdp_on_mnist_400", "stdp_on_fashion_mnist", "label_on_mnist", "reward_on_mnist",
    "diehl_cook_on_mnist", "hidden_spikes_on_mnist", "conversion_on_mnist", "stdp_on_mnist_1600",
)  # fmt: skip
COMMANDS = {
    "compare": ["compare", "--learners", "mlp,stdp,rstdp", "--seeds", "10"],
    "xor": ["compare", "--task", "xor"],
}
"""What is no file in ``experiments/``."""


def command(name: str, folder: Path, jobs: int) -> list[str]:
    """Give the command of one run."""
    asked = COMMANDS.get(name, ["run", name])
    resume = ["--resume"] if folder.exists() else []
    return [sys.executable, "-m", "neurosim", *asked, "--jobs", str(jobs), "--out", str(folder), *resume]


def main(arguments: Sequence[str]) -> None:
    """Run what is not finished; a run that fails does not keep the others from being tried."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="all, in the order of publication, by default")
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "published")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args(arguments)
    failed = []
    for name in given.names or ORDER:
        folder = given.out / name
        if not (folder / "report.html").is_file() and subprocess.run(command(name, folder, given.jobs)).returncode:
            failed.append(name)
            continue
        keep(folder)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
