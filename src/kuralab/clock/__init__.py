"""Time and chance: the only room that may read the system's clock or make random numbers."""

from kuralab.clock._clock import Clock, WallClock
from kuralab.clock._keyed import keyed_generator
from kuralab.clock._virtual import ClockError, VirtualClock

__all__ = ["Clock", "ClockError", "VirtualClock", "WallClock", "keyed_generator"]
