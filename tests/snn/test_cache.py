"""The cache of compiled networks: what is in a key, and what happens when things go wrong."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import time

import numpy as np
import pytest
from small_circuits import LEAKY, PAIR, busy_circuit, pair_circuit

from neurosim.snn.circuits import AllToAll, Circuit, FixedInDegree, OneToOne, Pairs, Pathway, Population
from neurosim.snn.engine import cache
from neurosim.snn.engine.live import live_available, open_live
from neurosim.snn.engine.live.compiler import Compiler, find_compiler
from neurosim.snn.engine.live.keys import circuit_key
from neurosim.snn.models import Uniform
from neurosim.snn.units import Quantity

DOUBLE_BOUND = {"w_max": Quantity(2.0)}
GCC = Compiler(("g++",), True, "g++ 12")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Keep these tests away from the user's cache."""
    monkeypatch.setenv("NEUROSIM_CACHE", str(tmp_path))
    monkeypatch.delenv("NEUROSIM_CACHE_LIMIT_MB", raising=False)
    return tmp_path / "builds"


def fake_build(size=1000, log=None):
    """Give a build that writes a library of a given size and notes that it was called."""

    def build(folder):
        if log is not None:
            log.append(folder)
        (folder / "library.so").write_bytes(os.urandom(size))
        (folder / "step.cpp").write_text("left over", encoding="utf-8")
        return {"arrays": [], "answer": 42}

    return build


def circuit(**changes):
    """Give a small circuit with some fields of its parts replaced."""
    population = Population("source", 4, LEAKY, **changes.pop("population", {}))
    fields = {"receptor": "potential", "weight": Quantity(0.5), "rule": PAIR, **changes.pop("pathway", {})}
    pathway = Pathway("loop", "source", "source", **fields)
    return Circuit("keyed", (population,), (pathway,), **changes)


@pytest.mark.parametrize(
    "changed",
    [
        {"population": {"parameters": {"membrane_time_constant": Quantity(3.0, "ms")}}},
        {"population": {"initial": {"v": Uniform(0.1, 0.2)}}},
        {"pathway": {"parameters": {"potentiation": Quantity(0.5)}}},
        {"pathway": {"weight": Uniform(0.0, 1.0)}},
        {"pathway": {"rule": dataclasses.replace(PAIR, summary="-", parameters=PAIR.parameters | DOUBLE_BOUND)}},
    ],
    ids=["parameter", "start value", "rule's parameter", "weight", "default and documentation"],
)  # fmt: skip
def test_numbers_that_can_be_set_are_not_in_the_key(changed):
    """A sweep over parameters compiles once."""
    assert circuit_key(circuit(**changed), GCC) == circuit_key(circuit(), GCC)


@pytest.mark.parametrize(
    "changed",
    [
        {"dt": Quantity(0.25, "ms")},
        {"precision": "float64"},
        {"pathway": {"connect": OneToOne()}},
        {"pathway": {"connect": FixedInDegree(2)}},
        {"pathway": {"delay": Quantity(1.0, "ms")}},
        {"pathway": {"rule": dataclasses.replace(PAIR, on_pre="w -= 2*depression*postsynaptic_trace")}},
        {"pathway": {"rule": dataclasses.replace(PAIR, w_max="")}},
        {"pathway": {"rule": None}},
        {"pathway": {"receptor": ""}},
    ],
)
def test_structure_sizes_and_texts_are_in_the_key(changed):
    """Whatever ends up in the binary makes another one."""
    assert circuit_key(circuit(**changed), GCC) != circuit_key(circuit(), GCC)


def test_size_compiler_and_engine_are_in_the_key(monkeypatch):
    """Another number of neurons, another compiler, another flag, another Brian2, another processor."""
    from neurosim.snn.engine.live import keys

    base = circuit_key(circuit(), GCC)
    larger = dataclasses.replace(circuit(), populations=(Population("source", 5, LEAKY),))
    assert circuit_key(larger, GCC) != base
    assert circuit_key(circuit(), dataclasses.replace(GCC, version="g++ 13")) != base
    assert circuit_key(circuit(), dataclasses.replace(GCC, is_gcc=False)) != base
    for name, value in (("engine_version", lambda: "x"), ("processor", lambda: "x")):
        with monkeypatch.context() as patch:
            patch.setattr(keys, name, value)
            assert circuit_key(circuit(), GCC) != base
    monkeypatch.setattr(keys.importlib.metadata, "version", lambda _: "99.0")
    assert circuit_key(circuit(), GCC) != base


def test_given_pairs_reach_the_library_at_its_start():
    """Their number and values are not in the binary."""
    pairs = [{"pathway": {"connect": Pairs(ends, ends[::-1])}} for ends in ((0, 1), (1, 2, 3))]
    assert len({circuit_key(circuit(**changed), GCC) for changed in pairs}) == 1
    assert circuit_key(circuit(pathway={"connect": AllToAll()}), GCC) == circuit_key(circuit(), GCC)


def test_a_found_entry_is_not_built_again(own_folder):
    """The second call reads what the first wrote; only library and manifest are kept."""
    log = []
    first, second = (cache.fetch("k" * 32, fake_build(log=log)) for _ in range(2))
    assert len(log) == 1
    assert (first.was_built, second.was_built) == (True, False)
    assert first.library == second.library
    assert second.manifest == {"arrays": [], "answer": 42}
    assert sorted(file.name for file in (own_folder / ("k" * 32)).iterdir()) == ["library.so", "manifest.json"]


@pytest.mark.parametrize(
    "damage", ["library cut", "library gone", "manifest cut", "manifest gone", "other format", "other key"]
)
def test_a_damaged_entry_heals_itself(own_folder, damage):
    """It is built anew, and good from then on."""
    key = "d" * 32
    cache.fetch(key, fake_build())
    library, manifest = own_folder / key / "library.so", own_folder / key / "manifest.json"
    if damage == "library cut":
        library.write_bytes(library.read_bytes()[:-1])
    elif damage == "library gone":
        library.unlink()
    elif damage == "manifest cut":
        manifest.write_text(manifest.read_text()[:-10])
    elif damage == "manifest gone":
        manifest.unlink()
    else:
        change = {"format": -1} if damage == "other format" else {"key": "x"}
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **change}))
    assert cache.fetch(key, fake_build()).was_built
    assert not cache.fetch(key, fake_build()).was_built


def test_a_failing_build_leaves_nothing(own_folder):
    """Neither an entry nor a folder half-written."""

    def build(folder):
        (folder / "library.so").write_bytes(b"half")
        raise RuntimeError("the compiler is gone")

    with pytest.raises(RuntimeError, match="the compiler is gone"):
        cache.fetch("f" * 32, build)
    assert [place.name for place in own_folder.iterdir() if place.is_dir()] == []


def test_what_was_not_used_for_longest_goes_first(monkeypatch, own_folder):
    """Three entries of 0.4 MB in a cache of 1 MB: the least recently used one is removed."""
    monkeypatch.setenv("NEUROSIM_CACHE_LIMIT_MB", "1")
    for k, key in enumerate(("a" * 32, "b" * 32)):
        cache.fetch(key, fake_build(400_000))
        long_ago = time.time() - 1000 + k
        os.utime(own_folder / key, (long_ago, long_ago))
    assert not cache.fetch("a" * 32, fake_build()).was_built  # used again: b is now the oldest
    cache.fetch("c" * 32, fake_build(400_000))
    kept = sorted(place.name[0] for place in own_folder.iterdir() if place.is_dir())
    assert kept == ["a", "c"]
    assert cache.cache_info().n_entries == 2
    assert 0.8 < cache.cache_info().megabytes < 0.81


def test_an_entry_larger_than_the_limit_is_still_used(monkeypatch):
    """The network that was just built is never evicted."""
    monkeypatch.setenv("NEUROSIM_CACHE_LIMIT_MB", "0.1")
    assert cache.fetch("l" * 32, fake_build(400_000)).was_built
    assert not cache.fetch("l" * 32, fake_build(400_000)).was_built


def test_what_crashed_processes_left_is_swept_after_a_day(own_folder):
    """Half-built folders and private copies of libraries; younger ones may still be in use."""
    own_folder.mkdir(parents=True)
    for name, age_s in (("old", 100_000), ("young", 10)):
        for place in (own_folder / f"building-{name}", own_folder / f"neurosim-{name}.so"):
            place.mkdir() if place.suffix == "" else place.touch()
            os.utime(place, (time.time() - age_s,) * 2)
    cache.fetch("s" * 32, fake_build())
    left = sorted(place.name for place in own_folder.iterdir() if "-" in place.name)
    assert left == ["building-young", "neurosim-young.so"]


def test_the_limit_is_checked(monkeypatch):
    """The message names the variable."""
    monkeypatch.setenv("NEUROSIM_CACHE_LIMIT_MB", "plenty")
    with pytest.raises(ValueError, match="NEUROSIM_CACHE_LIMIT_MB = 'plenty'; accepted: a number of megabytes"):
        cache.cache_info()


def test_clearing_says_how_much_went():
    """An empty cache is no error."""
    assert cache.clear_cache() == 0
    cache.fetch("e" * 32, fake_build())
    assert cache.cache_info().n_entries == 1
    assert cache.clear_cache() == 1
    assert cache.cache_info().n_entries == 0


def _open_in_process(seed, ready, answers):
    ready.wait()
    engine = open_live(pair_circuit(), seed)
    engine.run_steps(2)
    answers.put((engine.build, engine.step))


@pytest.mark.skipif(live_available() is not None, reason=f"{live_available()}")
def test_two_processes_that_need_the_same_network_build_it_once(own_folder):
    """One builds, the other waits for it; both run."""
    context = multiprocessing.get_context("spawn")
    ready, answers = context.Event(), context.Queue()
    processes = [context.Process(target=_open_in_process, args=(seed, ready, answers)) for seed in (1, 2)]
    for process in processes:
        process.start()
    ready.set()
    given = [answers.get(timeout=100) for _ in processes]
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert given[0] == given[1]
    entries = [place for place in own_folder.iterdir() if place.is_dir()]
    assert [place.name for place in entries] == [given[0][0]]


@pytest.mark.skipif(live_available() is not None, reason=f"{live_available()}")
def test_a_parameter_sweep_compiles_once_and_parameters_are_used(own_folder):
    """Different defaults, start values and seeds share one library and still differ in what they do."""
    compiler = find_compiler()
    engines = []
    for tau in (10.0, 40.0):
        base = busy_circuit()
        target = dataclasses.replace(base.populations[1], parameters={"membrane_time_constant": Quantity(tau, "ms")})
        changed = dataclasses.replace(base, populations=(base.populations[0], target))
        assert circuit_key(changed, compiler) == circuit_key(base, compiler)
        engines.append(open_live(changed, 1))
    assert len([place for place in own_folder.iterdir() if place.is_dir()]) == 1
    np.testing.assert_array_equal([engine.view("target.membrane_time_constant")[0] for engine in engines], [0.01, 0.04])
    for engine in engines:
        engine.seed(1)
        engine.run_steps(100)
    assert not np.array_equal(engines[0].view("target.v"), engines[1].view("target.v"))
