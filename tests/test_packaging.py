"""The built wheel in fresh environments of every Python found: a plain install must give a set that works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.compare.runs import view_in

ROOT = Path(__file__).resolve().parents[1]
MINORS = (11, 12, 13, 14)


def _pythons() -> dict[str, str]:
    """Give version to path for every supported Python that starts, on PATH or among pyenv's."""
    found: dict[str, str] = {}
    candidates = [shutil.which(f"python3.{minor}") for minor in MINORS] + [sys.executable]
    if shutil.which("pyenv"):
        root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False).stdout.strip()
        candidates += [str(path) for path in sorted(Path(root).glob("versions/3.*/bin/python"))]
    for candidate in filter(None, candidates):
        ask = "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"
        answer = subprocess.run([candidate, "-c", ask], capture_output=True, text=True, check=False)
        version = answer.stdout.strip()
        if answer.returncode == 0 and version in {f"3.{minor}" for minor in MINORS}:
            found.setdefault(version, candidate)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)], check=True)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_experiments_and_templates_but_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {path.name for path in (ROOT / "experiments").rglob("*") if path.is_file()}
    assert shipped
    assert {Path(name).name for name in names if name.startswith("neurosim/_experiments/")} == shipped
    assert "neurosim/report/templates/report.html" in names
    assert "neurosim/compare/summary/results.schema.json" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]


@pytest.mark.slow
@pytest.mark.parametrize("version", [f"3.{minor}" for minor in MINORS])
def test_a_plain_install_works(version: str, wheel: Path, tmp_path: Path) -> None:
    """Install by pip alone, run a comparison and an experiment from an empty folder."""
    pythons = _pythons()
    if version not in pythons:
        pytest.skip(f"Python {version} is not on this machine")
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    subprocess.run([pythons[version], "-m", "venv", str(tmp_path / "env")], check=True, env=environment)
    python, empty = str(tmp_path / "env/bin/python"), tmp_path / "empty"
    empty.mkdir()
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True, env=environment)

    def run(*words: str) -> str:
        done = subprocess.run([python, *words], cwd=empty, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    run("-c", "import brian2, numpy; brian2.NeuronGroup(2, 'v : 1')")
    run("-m", "pip", "check")
    assert "digits" in run("-m", "neurosim", "list", "tasks")
    listed = run("-m", "neurosim", "list", "experiments")
    assert all(path.stem in listed for path in (ROOT / "experiments").glob("*.toml"))
    run("-m", "neurosim", "compare", "--task", "xor", "--learners", "mlp", "--seeds", "2",
        "--out", "out")  # fmt: skip
    summary = view_in(empty / "out")
    assert summary["n_seeds"] == 2 and summary["learners"]["mlp"]["test"]["mean"] > 0.5
    assert (empty / "out/report.html").stat().st_size > 10_000
    run("-m", "neurosim", "run", "backprop_on_digits", "--quick", "--out", "quick")
    # The compiled engine brings its own templates; a fresh cache makes it use them.
    environment["NEUROSIM_CACHE"] = str(tmp_path / "cache")
    run("-m", "neurosim", "compare", "--task", "iris", "--learners", "stdp", "--seeds", "2",
        "--presentations", "400", "--out", "spikes")  # fmt: skip
    spikes = view_in(empty / "spikes")["learners"]["stdp"]
    assert spikes["spikes_per_sample"] > 0 and spikes["test"]["mean"] > 0.5
