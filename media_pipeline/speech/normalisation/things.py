"""What is recognised in written text, in every language alike: numbers, dates, times, amounts, ranges."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Around:
    """The written text just before and just after (up to 80 characters each, as the author wrote it): for languages in
    which a number must agree with its neighbours."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """`whole` and `fraction` are digits only (group spaces removed; `whole` may begin with zeros: a code, not a
    quantity). `suffix` is what is written at the number without its hyphen or apostrophe: ``5-го`` -> ``го``,
    ``2024-жылы`` -> ``жылы``, ``1st`` -> ``st``; `joint` is the hyphen or apostrophe itself or ``""`` (a hyphen
    without a suffix is ``5-, 6-класстар``). `point` is the sign before the fraction: ``3,5`` is a decimal, ``3.5``
    may be a version or a section. `grouped` says that the thousands were set apart: ``1,999`` is no year."""

    whole: str
    fraction: str = ""
    suffix: str = ""
    joint: str = ""
    negative: bool = False
    point: str = ""
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Date:
    """A date in digits: ``01.09.2025``, ``2025-09-01``, ``1/9/2025``; always a real date. `suffix` as with Number."""

    day: int
    month: int
    year: int | None
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, ``09:05``, ``12:30:15``: always a real one."""

    hour: int
    minute: int
    second: int | None = None
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """From one to another: ``5-10``, ``9:00–10:30``, ``01.09–05.09.2025``. Both sides are of one kind; the suffix of
    the whole stands at `last`."""

    first: Number | Date | Clock
    last: Number | Date | Clock


@dataclass(frozen=True, slots=True)
class Measure:
    """An amount of something: ``5 кг``, ``25%``, ``$5.50``, ``3–5 km``, ``№ 5``, ``§ 12``.

    `unit` is one of the language's `units` as written there; the sign of a number (№, §) is also a unit. `suffix` is
    what is written at the unit: ``25%дан`` -> ``дан``; `scale` one of the language's `scales` between the number and
    its unit, ``5 млн $``, ``$5 млн``."""

    amount: Number | Span
    unit: str
    suffix: str = ""
    scale: str = ""


@dataclass(frozen=True, slots=True)
class Roman:
    """``XXI``, ``IV``: letters that can be a Roman numeral; whether they are one here is for the language to say."""

    value: int
    written: str
    suffix: str = ""
