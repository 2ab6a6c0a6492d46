"""Brian2 networks as shared libraries, compiled once and driven in this process.

Written for Linux and macOS, on x86-64 and ARM. Tested on Linux with x86-64, GCC 12, Brian2 2.9 and 2.11; branches for
macOS, Clang and ARM (flags, flushing denormals through FPCR) are untested. Windows is not supported.

Random numbers come from a generator of the library's own (xoshiro256++): with noise, spikes differ from those of
Brian2's run-time mode under the same seed; without, they are the same.

Brian2's preferences on compilers and flags are not consulted: the flags are part of what was measured. ``$CXX`` chooses
the compiler.
"""

from neurosim.snn.engine.live.build import live_available, open_live
from neurosim.snn.engine.live.compiler import CompilerError
from neurosim.snn.engine.live.engine import LiveEngine

__all__ = ["CompilerError", "LiveEngine", "live_available", "open_live"]
