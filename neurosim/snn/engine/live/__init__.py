"""Brian2 networks as shared libraries, compiled once and driven in this process."""

from neurosim.snn.engine.live.compiler import CompilerError
from neurosim.snn.engine.live.engine import LiveEngine
from neurosim.snn.engine.live.opening import live_available, open_live

__all__ = ["CompilerError", "LiveEngine", "live_available", "open_live"]
