"""Finds the C++ compiler, names its flags, and compiles the sources of a live library. Imports no Brian2."""

from __future__ import annotations

import functools
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# glibc declares its vectorised exp, log, sin... only under this macro, which GCC drops with -fno-finite-math-only.
VECTOR_MATH = """#if defined(__linux__) && defined(__x86_64__) && !defined(__FAST_MATH__)
#define __FAST_MATH__ 1
#endif
"""
TRIAL = 'extern "C" int trial(int x) { return x + 1; }\n'


class CompilerError(RuntimeError):
    """The C++ compiler failed; the message ends with what it printed."""


@dataclass(frozen=True)
class Compiler:
    """A C++ compiler: its command, whether it is GCC, and the text that tells one version from another."""

    command: tuple[str, ...]
    is_gcc: bool
    version: str

    def flags(self, optimisation: str) -> tuple[str, ...]:
        """Give the flags for compiling, at ``"-O3"`` for the loop over time and ``"-O1"`` for what runs once.

        ``-fno-finite-math-only`` keeps tests for NaN and infinity, which ``-ffast-math`` would drop. Which product is
        fused with a sum would differ between the vectors of a loop and the rest behind them, so that a neuron's last
        digit depended on how many stand beside it: ``-ffp-contract=off``.
        """
        native = "-mcpu=native" if platform.machine() in ("arm64", "aarch64") else "-march=native"
        common = (optimisation, native, "-ffast-math", "-fno-finite-math-only", "-ffp-contract=off", "-w", "-fPIC",
                  "-fvisibility=hidden", "-std=c++17")  # fmt: skip
        gcc = ("-fno-gnu-unique", "-fno-semantic-interposition", "--param=vect-max-version-for-alias-checks=500")
        return common + (gcc if self.is_gcc else ())

    @property
    def link_flags(self) -> tuple[str, ...]:
        """Give the flags for linking. Never ``-ffast-math``: GCC before 13 then flushes denormals in all of Python."""
        return ("-dynamiclib",) if sys.platform == "darwin" else ("-shared", "-Wl,-Bsymbolic")


@functools.lru_cache(maxsize=8)
def _identify(command: tuple[str, ...]) -> Compiler | None:
    if shutil.which(command[0]) is None:
        return None
    try:
        answer = subprocess.run([*command, "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    is_gcc = "Free Software Foundation" in answer.stdout and "clang" not in answer.stdout.lower()
    return Compiler(command, is_gcc, answer.stdout.strip())


def find_compiler() -> Compiler | None:
    """Find the C++ compiler: ``$CXX`` if set, else ``g++``, ``clang++`` or ``c++``; None if there is none."""
    if chosen := os.environ.get("CXX"):
        return _identify(tuple(chosen.split()))
    names = ("clang++", "g++", "c++") if sys.platform == "darwin" else ("g++", "clang++", "c++")
    return next((found for name in names if (found := _identify((name,)))), None)


def compile_library(
    compiler: Compiler,
    sources: Mapping[str, str],
    folder: Path,
    include_folders: Sequence[str] = (),
    libraries: Sequence[str] = (),
    defines: Sequence[tuple[str, str | None]] = (),
    extra_flags: Sequence[str] = (),
) -> Path:
    """Compile sources to ``folder/library.so``, every ``.cpp`` file in a process of its own, two at a time.

    ``setup.cpp`` runs once and is compiled at ``-O1``, everything else at ``-O3``; ``extra_flags`` come behind.

    Raises
    ------
    CompilerError
        With the compiler's messages.
    """
    for name, text in sources.items():
        (folder / name).write_text(text, encoding="utf-8")
    options = [f"-I{path}" for path in include_folders]
    options += [f"-D{name}" if value is None else f"-D{name}={value}" for name, value in defines]
    units = sorted((name for name in sources if name.endswith(".cpp")), key=lambda name: -len(sources[name]))
    for first in range(0, len(units), 2):
        commands = []
        for unit in units[first : first + 2]:
            flags = compiler.flags("-O1" if unit == "setup.cpp" else "-O3")
            commands.append([*compiler.command, *flags, *extra_flags, *options, "-c", unit, "-o", f"{unit}.o"])
        _run_together(commands, folder)
    objects = [f"{unit}.o" for unit in units]
    link = [*compiler.command, *compiler.link_flags, *objects, "-o", "library.so", *(f"-l{name}" for name in libraries)]
    _run_together([link], folder)
    return folder / "library.so"


def _run_together(commands: Sequence[Sequence[str]], folder: Path) -> None:
    """Run commands at once; an interrupt or a failure stops all of them."""
    processes = [subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                 for command in commands]  # fmt: skip
    try:
        for command, process in zip(commands, processes, strict=True):
            output, _ = process.communicate()
            if process.returncode:
                raise CompilerError(f"{' '.join(command)} failed with {process.returncode}:\n{output[-4000:]}")
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.communicate()


@functools.lru_cache(maxsize=8)
def compiler_problem(compiler: Compiler) -> str | None:
    """Say why a compiler cannot make a shared library; None if it can."""
    with tempfile.TemporaryDirectory(prefix="neurosim-") as folder:
        try:
            compile_library(compiler, {"trial.cpp": TRIAL}, Path(folder))
        except (CompilerError, OSError) as error:
            return f"the C++ compiler {' '.join(compiler.command)} does not work: {str(error).splitlines()[0]}"
    return None


@functools.lru_cache(maxsize=1)
def processor() -> str:
    """Name the processor and what it can do, since binaries are made for it."""
    if sys.platform == "darwin":
        answer = subprocess.run(
            ["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False
        )
        return f"{platform.machine()} {answer.stdout.strip()}"
    wanted = ("model name", "flags", "Features", "CPU part", "CPU implementer")
    lines = []
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as table:
            for line in table:
                if not line.strip():
                    break
                if line.startswith(wanted):
                    lines.append(line.strip())
    except OSError:
        return platform.machine()
    return f"{platform.machine()} {' '.join(lines)}"
