"""Time that goes on evenly whatever is done to the machine's clock, for attempts that run.

The kernel counts seconds since the machine was started (CLOCK_BOOTTIME on Linux: sleep counts too), for all processes
alike and over their restarts. An attempt keeps what the count was when it began; a clock that is set back by an hour
then gives nobody an hour. On another machine, or after it was started again, the last moment seen in the attempt is
what is left to go by.
"""

import time
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
SLACK: Final = timedelta(seconds=2)
"""A clock that is being corrected slowly (NTP slews by at most 500 parts in a million, 1.8 s in an hour) is no clock
that was set back."""


def _read_boot() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:  # another system than Linux: this process alone counts
        return str(uuid4())


BOOT: Final = _read_boot()
"""Which start of which machine the seconds are counted from."""


def seconds() -> float:
    """Since then."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)
