"""An engine leaves the process as it found it, also when something goes wrong. The fixture looks at every test here."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import warnings
import weakref
from pathlib import Path

import numpy as np
import pytest
from small_circuits import busy_circuit, pair_circuit

from neurosim.snn.brian import b2, device_module
from neurosim.snn.engine import open_engine
from neurosim.snn.engine.surroundings import brian_as_before, deferred_interrupts, numpy_random_state, random_state


def python(code):
    """Run code in a fresh interpreter."""
    folder = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{Path(__file__).parent}"}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=120, check=True
    ).stdout.split()


def test_descriptions_import_neither_brian2_nor_scipy():
    """A warm start must not pay for them."""
    code = (
        "import sys, neurosim.snn.engine, neurosim.snn.construction, neurosim.snn.manifest, neurosim.snn.homeostasis, "
        "neurosim.snn.engine.surroundings, neurosim.snn.engine.access, neurosim.snn.engine.interface\n"
        "print(*[name for name in ('brian2', 'scipy', 'sklearn', 'pandas', 'matplotlib') if name in sys.modules])"
    )
    assert python(code) == []


def test_importing_brian2_leaves_the_handlers_of_interrupts_and_errors():
    """Brian2's own import puts a handler of SIGINT and an excepthook in place."""
    code = (
        "import signal, sys\n"
        "hook = sys.excepthook\n"
        "import neurosim.snn.building\n"
        "print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, sys.excepthook is hook)"
    )
    assert python(code) == ["True", "True"]


def test_an_engine_works_in_a_fresh_process_and_in_a_thread():
    """Signals can only be handled in the main thread; elsewhere a run does without."""
    code = (
        "import threading\n"
        "from small_circuits import pair_circuit\n"
        "from neurosim.snn.engine import open_engine\n"
        "engine = open_engine(pair_circuit(), 'runtime')\n"
        "thread = threading.Thread(target=engine.run_steps, args=(7,))\n"
        "thread.start(); thread.join(); print(engine.step)"
    )
    assert python(code) == ["7"]


def test_a_users_network_goes_on_undisturbed():
    """Same random numbers and steps in a network of the user's, with an engine opened and run in the middle."""
    results = []
    with brian_as_before(preferences={"codegen.target": "numpy"}):
        b2.defaultclock.dt = 0.2 * b2.ms
        for between in (False, True):
            b2.seed(3)
            group = b2.NeuronGroup(4, "dx/dt = xi/ms**0.5 : 1", method="euler", name=f"mine_{between}", namespace={})
            network = b2.Network(group)
            network.run(2 * b2.ms)
            if between:
                engine = open_engine(busy_circuit(), "runtime")
                engine.run_steps(20)
                engine.seed(9)
                engine.close()
            assert float(b2.defaultclock.dt) == 0.0002
            network.run(2 * b2.ms)
            results.append((np.array(group.x), float(network.t)))
    np.testing.assert_array_equal(results[0][0], results[1][0])
    assert results[0][1] == results[1][1] == pytest.approx(0.004)


def test_another_active_device_stays_active():
    """A user in the middle of building a standalone project."""
    with brian_as_before():
        b2.set_device("cpp_standalone", build_on_run=False)
        device = b2.get_device()
        engine = open_engine(pair_circuit(), "runtime")
        engine.run_steps(3)
        assert b2.get_device() is device
        assert device_module.previous_devices[-1][0] is device_module.runtime_device
        engine.close()
        device_module.reset_device()


def test_preferences_of_the_user_do_not_change_what_an_engine_does():
    """Single precision for the user's own networks, double for the circuit's, and back."""
    with brian_as_before(preferences={"core.default_float_dtype": np.float32}):
        engine = open_engine(pair_circuit(), "runtime")
        engine.run_steps(2)
        assert engine.view("plastic.w").dtype == np.float64
        assert b2.prefs.core.default_float_dtype is np.float32
    assert b2.prefs.core.default_float_dtype is np.float64


def test_a_function_that_fails_leaves_nothing_behind():
    """Device, preferences, random state and folder are put back (the fixture looks)."""

    def failing():
        b2.defaultclock.dt = 0.7 * b2.ms
        b2.prefs.core.default_float_dtype = np.float32
        np.random.seed(1)
        os.chdir("/")
        raise OSError("of its own making")

    with pytest.raises(OSError, match="of its own making"):
        open_engine(failing, "runtime")


def test_random_state_is_lent_and_taken_back():
    """The global generator continues as if nothing had been drawn in between, the lent one where it stopped."""
    ours, reference = random_state(12), random_state(12)
    before = np.random.get_state(legacy=False)
    drawn = []
    for _ in range(2):
        with numpy_random_state(ours):
            drawn.append(np.random.standard_normal(3))
    with numpy_random_state(reference):
        expected = np.random.standard_normal(6)
    np.testing.assert_array_equal(np.concatenate(drawn), expected)
    assert str(before) == str(np.random.get_state(legacy=False))


@pytest.mark.parametrize("seed", [-1, 1.5, "one"])
def test_seeds_are_integers(seed):
    """And not negative."""
    with pytest.raises(ValueError, match="seed"):
        random_state(seed)


def test_large_seeds_differ():
    """No seed is cut to 32 bits."""
    assert str(random_state(1)) != str(random_state(1 + 2**32))


def test_a_handler_of_the_users_is_called_at_the_end_of_the_step():
    """It may return, and the run goes on to its end."""
    engine = open_engine(pair_circuit(), "runtime")
    seen = []
    before = signal.signal(signal.SIGINT, lambda number, frame: seen.append(engine.step))
    try:
        timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        engine.run_steps(3000)
        timer.join()
        assert engine.step == 3000
        assert len(seen) == 1
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interrupt_after_the_last_step_is_not_lost():
    """It is delivered when the block ends."""
    with pytest.raises(KeyboardInterrupt), deferred_interrupts():
        signal.raise_signal(signal.SIGINT)


def test_an_ignored_interrupt_stays_ignored():
    """Where the process ignores the signal, nothing is installed."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with deferred_interrupts():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_closed_engine_gives_its_network_back():
    """Nothing holds the Brian2 objects any more."""
    engine = open_engine(pair_circuit(), "runtime")
    group = weakref.ref(engine._network["source"])
    engine.run_steps(2)
    engine.close()
    gc.collect()
    assert group() is None


def test_without_a_compiler_it_is_said_once(monkeypatch):
    """The run-time engine is the answer to auto, with one warning however many engines are opened."""
    import neurosim.snn.engine as package

    monkeypatch.setattr(package, "why_not_live", lambda: "there is no C++ compiler")
    package._say_once.cache_clear()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        engines = [open_engine(pair_circuit()) for _ in range(2)]
    assert [str(warning.message).rpartition(": ")[2] for warning in said if warning.category is UserWarning] == [
        "there is no C++ compiler"
    ]
    assert [engine.name for engine in engines] == ["runtime", "runtime"]
    with pytest.raises(RuntimeError, match="no C\\+\\+ compiler"):
        open_engine(pair_circuit(), "live")
    with pytest.raises(ValueError, match=r"'fast'.*'auto', 'live', 'runtime'"):
        open_engine(pair_circuit(), "fast")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads Linux's /proc")
def test_memory_does_not_grow_over_fifty_networks():
    """Built, run and closed, in a fresh process; the first ten fill caches."""
    code = (
        "import gc, os\n"
        "from small_circuits import busy_circuit, open_engine\n"
        "for _ in range(50):\n"
        "    engine = open_engine(busy_circuit(), 'runtime')\n"
        "    engine.run_steps(5)\n"
        "    engine.close()\n"
        "    del engine\n"
        "    gc.collect()\n"
        "    print(int(open('/proc/self/statm').read().split()[1]) * os.sysconf('SC_PAGE_SIZE') / 2**20)\n"
    )
    resident = [float(size) for size in python(code)]
    assert len(resident) == 50
    assert resident[-1] - resident[10] < 3
