"""The command line: thin; every command imports what it needs when it runs, so that ``--help`` is quick."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from neurosim.errors import InputError, RunStopped, out_of_range, unknown_name
from neurosim.options import (
    AsJson,
    Controls,
    Debug,
    Jobs,
    Out,
    Overrides,
    Plugin,
    Png,
    Presentations,
    Resume,
    Seeds,
    Target,
    TrainSize,
    experiment_fields,
    listed_numbers,
    named_learners,
)

app = typer.Typer(
    help="One task, two kinds of learning: backpropagation and spike-timing plasticity under equal conditions.",
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
data_app = typer.Typer(help="Data sets that are downloaded.", no_args_is_help=True)
app.add_typer(data_app, name="data")

# Looking at validation data would take longer than so few presentations.
QUICK: Mapping[str, Any] = {"n_seeds": 3, "presentations": 1000, "n_evaluations": 2, "quick": True}
EXIT_FAILED, EXIT_USAGE, EXIT_INTERRUPTED = 1, 2, 130


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Hold the options that come before a command."""
    if version:
        from neurosim import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.command()
def compare(
    task: Annotated[str, typer.Option(help="A registered task, or the path of a .csv or .npz.")] = "digits",
    learners: Annotated[
        str | None, typer.Option(help="Names, separated by commas (default: mlp,stdp,rstdp; some tasks have others).")
    ] = None,
    seeds: Seeds = None,
    presentations: Presentations = None,
    train_size: TrainSize = None,
    target: Target = None,
    overrides: Overrides = None,
    controls: Controls = None,
    jobs: Jobs = 1,
    out: Out = None,
    resume: Resume = False,
    png: Png = False,
    as_json: AsJson = False,
    plugin: Plugin = None,
    debug: Debug = False,
) -> None:
    """Run the same task through several learners and controls, and say where and by how much they differ."""
    from neurosim.compare.experiment.reading import with_overrides
    from neurosim.compare.experiment.task_settings import settings_of, with_task_settings

    named = ",".join(settings_of(task).compared) if learners is None else learners
    fields: dict[str, Any] = {"task": task, "target": target, "learners": named_learners(named)}
    if learners is None:
        fields |= settings_of(task).claimed
    fields |= experiment_fields(seeds, presentations, train_size, plugin, controls)
    _run(lambda: with_overrides(with_task_settings(fields), overrides or []), jobs, out, resume, png, as_json, debug)


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="Name of an experiment, or a TOML file.")],
    quick: Annotated[bool, typer.Option("--quick", help="3 seeds, 1,000 presentations: not for citing.")] = False,
    seeds: Seeds = None,
    presentations: Presentations = None,
    train_size: TrainSize = None,
    overrides: Overrides = None,
    controls: Controls = None,
    jobs: Jobs = 1,
    out: Out = None,
    resume: Resume = False,
    png: Png = False,
    as_json: AsJson = False,
    plugin: Plugin = None,
    debug: Debug = False,
) -> None:
    """Run an experiment from the folder experiments/, or from a file."""
    from neurosim.compare.experiment.paths import find_experiment
    from neurosim.compare.experiment.reading import read_fields

    given = experiment_fields(seeds, presentations, train_size, plugin, controls)
    path = find_experiment(name)
    _run(
        lambda: read_fields(path, overrides or [], QUICK if quick else None, **given),
        jobs,
        out,
        resume,
        png,
        as_json,
        debug,
    )


@app.command()
def tune(
    task: Annotated[str, typer.Argument(help="A registered task, or the path of a .csv or .npz.")],
    learner: Annotated[str, typer.Argument(help="Registry name of the learner.")],
    configs: Annotated[int, typer.Option(help="Configurations: the defaults, and the rest drawn.")] = 30,
    seeds: Annotated[
        int | None, typer.Option(help="Tuning seeds from 9,000 up (default: 3, then 7 for those tied with the best).")
    ] = None,
    last_seeds: Annotated[int | None, typer.Option(help="Tuning seeds of those tied with the best.")] = None,
    presentations: Presentations = None,
    train_size: TrainSize = None,
    target: Target = None,
    fixed: Annotated[list[str] | None, typer.Option("--set", help="n_neurons=400, in every configuration.")] = None,
    space: Annotated[Path | None, typer.Option(help="TOML file: values to try, in place of the learner's own.")] = None,
    out: Annotated[Path | None, typer.Option(help="File for the log, as JSON (default: none).")] = None,
    kept: Annotated[Path | None, typer.Option(help="Folder to go on from after an interruption.")] = None,
    plugin: Plugin = None,
    debug: Debug = False,
) -> None:
    """Try configurations of a learner on validation data; the test part is not scored."""
    from neurosim.tune_command import tune_and_tell

    tune_and_tell(
        task, learner, configs, (seeds, last_seeds), presentations, train_size, target, fixed or [], space, out, kept,
        plugin or [],
    )  # fmt: skip


@app.command()
def directions(
    task: Annotated[str, typer.Argument(help="A registered task, or the path of a .csv or .npz.")],
    learners: Annotated[str, typer.Option(help="Names, separated by commas.")] = (
        "mlp,node-perturbation-loss,feedback-alignment,stdp"
    ),
    seeds: Seeds = None,
    presentations: Presentations = None,
    train_size: TrainSize = None,
    target: Target = None,
    overrides: Overrides = None,
    shares: Annotated[str, typer.Option(help="Shares of the budget after which weights are held.")] = "0,0.5",
    trials: Annotated[int, typer.Option(help="Trials whose weight changes are averaged at most.")] = 10_000,
    jobs: Jobs = 1,
    out: Out = None,
    resume: Resume = False,
    png: Png = False,
    as_json: AsJson = False,
    plugin: Plugin = None,
    debug: Debug = False,
) -> None:
    """Measure which way each rule's weight changes go, against the gradient; the test part is not touched."""
    from neurosim.compare.experiment.reading import with_overrides

    fields: dict[str, Any] = {"task": task, "target": target, "learners": named_learners(learners), "n_seeds": 3}
    fields |= {"name": "directions"} | experiment_fields(seeds, presentations, train_size, plugin, False)
    fields["protocol"] = {"kind": "directions", "shares": listed_numbers("--shares", shares), "trials": trials}
    _run(lambda: with_overrides(fields, overrides or []), jobs, out, resume, png, as_json, debug)


@app.command(name="list")
def list_(
    kind: Annotated[
        str, typer.Argument(help="tasks, learners, rules, neurons, encoders, metrics, protocols, experiments...")
    ],
    plugin: Plugin = None,
    debug: Debug = False,
) -> None:
    """List what can be picked by name, with one line each."""
    from neurosim.registry import KINDS, open_registry

    if kind == "experiments":
        rows = _experiment_rows()
    elif kind in KINDS:
        rows = [(entry.name, entry.describe()) for entry in open_registry(plugin or ()).of_kind(kind)]
    else:
        raise unknown_name("kind", kind, (*KINDS, "experiments"))
    width = max((len(name) for name, _ in rows), default=0)
    for name, text in rows:
        typer.echo(f"{name:{width}}  {text}")


@app.command()
def report(
    folders: Annotated[list[Path], typer.Argument(help="Folders of finished runs; several are put side by side.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the page of several runs (default: ./results/comparison-DATE-TIME).")
    ] = None,
    png: Png = False,
    plugin: Plugin = None,
    debug: Debug = False,
) -> None:
    """Rebuild the report of a finished run, or put several runs side by side."""
    from neurosim.report.comparison import write_comparison
    from neurosim.report.page import write_report

    if len(folders) > 1:
        place = out or Path("results") / f"comparison-{time.strftime('%Y%m%d-%H%M%S')}"
        typer.echo(f"report: {write_comparison(folders, place, png)}")
    elif out is not None:
        raise out_of_range("--out", str(out), "a folder, where several runs are put side by side")
    else:
        typer.echo(f"report: {write_report(folders[0], png=png)}")


@app.command()
def doctor(
    clear_cache: Annotated[bool, typer.Option("--clear-cache", help="Remove all compiled networks.")] = False,
    plugin: Plugin = None,
    debug: Debug = False,
) -> None:
    """Say what is installed, which engine will run, and how fast."""
    from neurosim.doctor import cleared_cache, findings

    if clear_cache:
        typer.echo(cleared_cache())
        return

    for name, text in findings():
        typer.echo(f"{name:22}  {text}")


@data_app.command("fetch")
def fetch(
    name: Annotated[str, typer.Argument(help="mnist or fashion-mnist.")],
    plugin: Plugin = None,
    debug: Debug = False,
) -> None:
    """Bring a data set to this machine and check it."""
    from neurosim.tasks import fashion_mnist, fetching, mnist

    known = {module.DATA.name: module.DATA for module in (mnist, fashion_mnist)}
    if name not in known:
        raise unknown_name("data", name, known)
    for path in fetching.fetch(known[name]):
        typer.echo(f"{path}  sound")


def main() -> None:
    """Run the command line; the entry point."""
    debug = "--debug" in sys.argv
    try:
        # Without its standalone mode, the parser hands the code of a typer.Exit back instead of leaving with it.
        code = app(standalone_mode=False)
    except InputError as error:
        _leave(str(error), EXIT_USAGE, debug)
    except RunStopped as error:
        _leave(str(error), EXIT_FAILED, debug)
    except (KeyboardInterrupt, typer.Abort):
        # Older versions of the parser raise these; newer ones hand the code back.
        code = EXIT_INTERRUPTED
    except Exception as error:
        # Click's usage errors carry their own exit code and message.
        shown = getattr(error, "format_message", None)
        _leave(
            shown() if shown else f"{type(error).__name__}: {error}", getattr(error, "exit_code", EXIT_FAILED), debug
        )
    if code == EXIT_INTERRUPTED:
        _leave("interrupted; the same command with --out and --resume goes on", EXIT_INTERRUPTED, False)
    sys.exit(code if isinstance(code, int) else 0)


def _run(
    read: Callable[[], dict[str, Any]],
    jobs: int,
    out: Path | None,
    resume: bool,
    png: bool,
    as_json: bool,
    debug: bool,
) -> None:
    _check_jobs(jobs)
    fields = read()
    from neurosim.compare.experiment.making import prepare_experiment

    opened = prepare_experiment(**fields)
    # Whoever has mistyped something need not wait for the rest.
    from neurosim.compare.running.runner import run_opened
    from neurosim.report.page import write_report
    from neurosim.terminal import progress_bar, show_result

    folder = out or Path("results") / f"{opened.experiment.name}-{time.strftime('%Y%m%d-%H%M%S')}"
    with progress_bar("comparing") as show_progress:
        outcome = run_opened(opened, folder, jobs, resume, show_progress)
    if outcome.summary is None:
        _leave_with_failures(outcome.failures, outcome.tracebacks, debug)
    try:
        page = write_report(folder, jobs, png)
    except (InputError, OSError) as error:
        raise RunStopped(f"the report of {str(folder)!r} cannot be written: {error}") from error
    if as_json:
        typer.echo((folder / "results.json").read_text(encoding="utf-8"), nl=False)
    else:
        show_result(outcome.summary, page)


def _check_jobs(jobs: int) -> None:
    if jobs < 1:
        raise out_of_range("--jobs", jobs, "1 or more")


def _leave_with_failures(failures: Mapping[str, str], tracebacks: Mapping[str, str], debug: bool) -> NoReturn:
    for cell, error in failures.items():
        typer.echo(f"cell {cell} failed: {' '.join(error.split())}", err=True)
        if debug:
            typer.echo(tracebacks[cell], err=True)
    raise typer.Exit(EXIT_FAILED)


def _experiment_rows() -> list[tuple[str, str]]:
    import tomllib

    from neurosim.compare.experiment.paths import FIRST, shipped_experiments

    files = shipped_experiments()
    names = sorted(files, key=lambda name: (name != FIRST, name))
    return [(name, tomllib.loads(files[name].read_text(encoding="utf-8")).get("claim", "")) for name in names]


def _leave(message: str, code: int, debug: bool) -> None:
    if debug and sys.exc_info()[0] is not None:
        import traceback

        traceback.print_exc()
    else:
        one_line = " ".join(message.split())
        # Empty where help was asked for by giving no argument: it is printed already.
        if one_line:
            sys.stderr.write(f"neurosim: {one_line}\n")
            sys.stderr.flush()
    sys.exit(code)
