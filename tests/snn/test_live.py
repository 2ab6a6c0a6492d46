"""The live engine itself: steps, speed of calls, numbers, what it leaves behind."""

from __future__ import annotations

import gc
import importlib
import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from small_circuits import busy_circuit, pair_circuit

from neurosim.snn.circuits import Circuit, Population
from neurosim.snn.engine.live import CompilerError, live_available, open_live
from neurosim.snn.models import NeuronModel
from neurosim.snn.units import Quantity

pytestmark = pytest.mark.skipif(live_available() is not None, reason=f"{live_available()}")
ROOT = Path(__file__).parents[2]


def group(name, n, equations, **options):
    """Give a population without parameters."""
    texts = {"threshold": "", "reset": "", "parameters": {}, **options}
    return Population(name, n, NeuronModel(name="test", summary="", equations=equations, reference=None, **texts))


def groups(*populations, precision="float64", dt_ms=0.5):
    """Give a circuit of populations that have nothing to do with each other."""
    return Circuit("single", populations, dt=Quantity(dt_ms, "ms"), precision=precision)


def one_group(n, equations, precision="float64", dt_ms=0.5, **options):
    """Give a circuit of one population without parameters."""
    return groups(group("group", n, equations, **options), precision=precision, dt_ms=dt_ms)


EXPRESSIONS = {
    "remainder": ("x % 3", lambda x: x % 3),
    "floor_quotient": ("x // 3", lambda x: x // 3),
    "square": ("x**2", lambda x: x**2),
    "cube_root": ("abs(x)**(1.0/3)", lambda x: np.abs(x) ** (1 / 3)),
    "clipped": ("clip(x, -2.5, 4)", lambda x: np.clip(x, -2.5, 4)),
    "exponential": ("exp(-x/7)", lambda x: np.exp(-x / 7)),
    "integers": ("(i - 5) % 3", lambda x: np.mod(np.arange(len(x)) - 5, 3)),
    "steps": ("timestep(t + abs(x)*ms, dt)", lambda x: np.trunc(np.abs(x) * 2 + 1e-3)),
}


def numbers(precision):
    """Give a circuit in which numbers are drawn, computed, undefined and very small, built once a precision."""
    return groups(
        group("random", 1000, "u : 1\ng : 1", threshold="rand() < -1 + 2*int(t >= 0*second)",
              reset="u = rand(); g = randn()"),
        group("expressions", 37, "\n".join(f"{name} : 1" for name in ("x", *EXPRESSIONS)), threshold="x < 1000",
              reset="\n".join(f"{name} = {text}" for name, (text, _) in EXPRESSIONS.items())),
        group("undefined", 2, "dv/dt = (2 - v)/(10*ms) : 1", threshold="v > 1", reset="v = 0", method="exact"),
        group("tiny", 64, "dx/dt = -x/(1*ms) : 1", method="exact"),
        precision=precision,
    )  # fmt: skip


def test_thirty_thousand_runs_execute_three_million_steps():
    """30,000 runs of 0.1 s at 1 ms: floating-point durations would drift by now."""
    engine = open_live(one_group(1, "count : 1\nis_due : 1", dt_ms=1.0, threshold="is_due > 0", reset="count += 1"))
    engine.view("group.is_due")[:] = 1
    for _ in range(30_000):
        engine.run(Quantity(0.1, "second"))
    assert engine.step == 3_000_000
    assert engine.view("group.count")[0] == 3_000_000
    assert engine.view("single_clock.timestep")[0] == 3_000_000
    assert engine.view("single_clock.t")[0] == 3000.0


def test_random_numbers_are_uniform_and_normal():
    """Moments of 200,000 draws, and streams of neighbouring seeds have nothing in common."""
    engine = open_live(numbers("float64"))
    engine.record("random.u")
    engine.record("random.g")
    streams = []
    for seed in (1, 2):
        engine.seed(seed)
        engine.run_steps(200)
        streams.append((engine.trajectory("random.u").values.ravel(), engine.trajectory("random.g").values.ravel()))
    uniform, normal = streams[0]
    assert uniform.min() >= 0 and uniform.max() < 1
    assert abs(uniform.mean() - 0.5) < 5 * np.sqrt(1 / 12 / uniform.size)
    np.testing.assert_allclose(np.histogram(uniform, 10, (0, 1))[0] / uniform.size, 0.1, atol=0.005)
    assert abs(normal.mean()) < 5 / np.sqrt(normal.size)
    assert abs(normal.std() - 1) < 0.01
    assert abs((normal**4).mean() - 3) < 0.15
    assert abs(np.corrcoef(uniform, streams[1][0])[0, 1]) < 0.02
    assert not np.intersect1d(uniform, streams[1][0]).size


@pytest.mark.parametrize(("precision", "tolerance"), [("float64", 1e-13), ("float32", 2e-6)])
def test_expressions_mean_what_they_mean_in_python(precision, tolerance):
    """Remainders, floors and powers of negative numbers, clipping and exponentials, in both precisions."""
    engine = open_live(numbers(precision))
    x = np.linspace(-9.25, 9.5, 37)
    engine.view("expressions.x")[:] = x
    engine.run_steps(1)
    for name, (_, wanted) in EXPRESSIONS.items():
        np.testing.assert_allclose(
            engine.view(f"expressions.{name}"), wanted(x), rtol=tolerance, atol=tolerance, err_msg=name
        )


def test_not_a_number_is_not_optimised_away():
    """-ffast-math alone would drop the test for it; a neuron that is NaN never spikes and stays NaN."""
    engine = open_live(numbers("float64"))
    engine.view("undefined.v")[:] = [np.nan, 0]
    engine.record_spikes("undefined")
    engine.run_steps(100)
    assert set(engine.spikes("undefined").indices) == {1}
    assert np.isnan(engine.view("undefined.v")[0])


def test_denormals_are_flushed_during_a_run_only():
    """A decaying trace becomes 0 rather than slow; afterwards NumPy has its denormals back."""
    engine = open_live(numbers("float32"))
    engine.view("tiny.x")[:] = 1e-36
    engine.run_steps(40)
    assert np.all(engine.view("tiny.x") == 0)
    smallest = np.full(8, 1e-40, np.float32)
    assert np.all(smallest * np.float32(0.5) > 0)


def test_profile_advances_and_names_every_object():
    """Seconds are given for each object of the loop, and time has passed in the network."""
    engine = open_live(busy_circuit())
    spent = engine.profile(200)
    assert engine.step == 200
    assert {"source_stateupdater", "plastic_transmit", "plastic_learn_post", "rivalry_inhibit"} <= set(spent)
    assert all(seconds > 0 for seconds in spent.values())


def test_two_engines_run_in_two_threads_as_they_do_in_one():
    """The interpreter is not held during a run, and instances share nothing."""
    alone, side_by_side = [], [open_live(busy_circuit(), seed) for seed in (1, 2)]
    for seed in (1, 2):
        engine = open_live(busy_circuit(), seed)
        engine.seed(seed)
        engine.run_steps(20_000)
        alone.append(engine.view("plastic.w").copy())
    for seed, engine in zip((1, 2), side_by_side, strict=True):
        engine.seed(seed)
    threads = [threading.Thread(target=engine.run_steps, args=(20_000,)) for engine in side_by_side]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not np.array_equal(alone[0], alone[1])
    for engine, weights in zip(side_by_side, alone, strict=True):
        np.testing.assert_array_equal(engine.view("plastic.w"), weights)


@pytest.mark.parametrize("seed", [-1, 1.5, True, "7"])
def test_seeds_are_integers_of_zero_or_more(seed):
    """The message names the value."""
    engine = open_live(pair_circuit())
    for refused in (engine.seed, lambda value: open_live(pair_circuit(), value)):
        with pytest.raises(ValueError, match=f"{seed!r}; accepted: an integer of 0 or more"):
            refused(seed)
    engine.seed(2**200)


def test_a_recorder_can_be_given_another_rhythm():
    """Asking for a variable again replaces its rhythm and forgets what was not handed out."""
    engine = open_live(pair_circuit())
    engine.record("plastic.w", 1)
    engine.run_steps(4)
    engine.record("plastic.w", 3)
    engine.run_steps(8)
    np.testing.assert_array_equal(engine.trajectory("plastic.w").steps, [5, 8, 11])


def test_only_what_is_stored_can_be_recorded():
    """Indices of a dense projection are arithmetic; there is nothing to record."""
    engine = open_live(pair_circuit())
    with pytest.raises(ValueError, match="_synaptic_pre is not stored but computed"):
        engine.record("plastic._synaptic_pre")


def run_python(text, **environment):
    """Run a script in a process of its own and give what it printed."""
    script = textwrap.dedent(text)
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{Path(__file__).parent}", **environment}
    answer = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
    return answer.stdout.strip()


def test_a_warm_start_imports_neither_brian2_nor_scipy():
    """All that is needed lies beside the library."""
    open_live(pair_circuit()).close()
    out = run_python("""
        import sys
        from small_circuits import pair_circuit
        from neurosim.snn.engine.live import open_live
        engine = open_live(pair_circuit(), 3)
        engine.set("plastic.w", 0.25)
        engine.run_steps(3)
        print([name for name in ("brian2", "scipy", "sklearn", "pandas", "sympy") if name in sys.modules], engine.step)
    """)
    assert out == "[] 3"


def test_without_a_compiler_the_reason_is_told():
    """An unusable or missing compiler is named, and opening fails with a sentence, not with a traceback of make."""
    out = run_python(
        """
        from small_circuits import pair_circuit
        from neurosim.snn.engine.live import CompilerError, live_available, open_live
        print(live_available())
        try:
            open_live(pair_circuit())
        except CompilerError as error:
            print(error)
        """,
        CXX="/nowhere/to/be/found",
    )
    assert out.splitlines() == ["there is no C++ compiler (g++ or clang++ in PATH, or $CXX)",
                                "there is no C++ compiler; accepted: g++ or clang++ in PATH, or $CXX"]  # fmt: skip
    assert run_python("from neurosim.snn.engine.live import live_available; print(live_available())",
                      CXX="/bin/false").startswith("there is no C++ compiler")  # fmt: skip
    assert issubclass(CompilerError, RuntimeError)


@pytest.mark.slow
def test_memory_does_not_grow_over_fifty_networks():
    """Built anew each time (the cache is skipped), run, looked at and closed."""

    def resident_megabytes():
        gc.collect()
        with open("/proc/self/statm", encoding="ascii") as table:
            return int(table.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def use(n):
        engine = open_live(one_group(20_000, f"dx/dt = -x/({n + 1}*ms) : 1", "float32", method="exact"))
        engine.run_steps(10)
        engine.view("group.x").sum()
        engine.close()

    for n in range(5):
        use(n)
    before = resident_megabytes()
    for n in range(5, 55):
        use(n)
    assert resident_megabytes() - before < 15


def test_memory_does_not_grow_over_many_instances():
    """Two hundred instances of 1 MB each would be seen."""
    circuit = one_group(250_000, "x : 1", "float32")

    def resident_megabytes():
        gc.collect()
        with open("/proc/self/statm", encoding="ascii") as table:
            return int(table.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    open_live(circuit).close()
    before = resident_megabytes()
    for _ in range(200):
        engine = open_live(circuit)
        engine.view("group.x")[:] = 1
        engine.close()
        del engine
    assert resident_megabytes() - before < 40


def test_an_interrupt_while_compiling_leaves_no_trace(tmp_path, monkeypatch):
    """The compilers are stopped, the cache holds nothing half-built, and the next attempt works."""
    import signal

    monkeypatch.setenv("NEUROSIM_CACHE", str(tmp_path))
    circuit = one_group(11, "dx/dt = -x/(2*ms) : 1", method="exact")
    for name in ("building", "engine.live.sources"):  # everything is imported before the clock is set
        importlib.import_module(f"neurosim.snn.{name}")
    builds = tmp_path / "builds"
    seen = []

    def interrupt():
        for _ in range(10_000):
            if any(builds.glob("building-*/step.cpp")):
                seen.append(True)
                os.kill(os.getpid(), signal.SIGINT)
                return
            time.sleep(0.002)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        open_live(circuit)
        time.sleep(1)
    thread.join()
    assert seen
    assert not list(builds.glob("building-*"))
    engine = open_live(circuit)
    engine.run_steps(1)
    assert engine.step == 1
