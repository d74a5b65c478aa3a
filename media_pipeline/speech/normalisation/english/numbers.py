"""English number words. Our own forty lines rather than num2words: years, decades and codes are read here by rules of
our own anyway, and no dependency has to be pinned for bytes that must not change."""

from typing import Final

_ONES: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS: Final = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES: Final = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"))
_ORDINALS: Final = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip


def cardinal(number: int) -> str:
    """A whole number below 10 to the 15th, with ``and`` after the hundreds."""
    if number < 100:
        return _below_hundred(number)
    parts: list[str] = []
    for size, name in _SCALES:
        count, number = divmod(number, size)
        if count:
            parts.append(f"{cardinal(count)} {name}")
    hundreds, rest = divmod(number, 100)
    if hundreds:
        parts.append(f"{_ONES[hundreds]} hundred")
    if rest:
        parts.append(f"and {_below_hundred(rest)}")
    return " ".join(parts)


def ordinal(number: int) -> str:
    """``twenty-first``."""
    words = cardinal(number)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[cut:]
    return words[:cut] + (_ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th"))


def year(number: int) -> str:
    """``1995`` -> ``nineteen ninety-five``, ``2005`` -> ``two thousand and five``, ``1905`` -> ``nineteen oh five``."""
    century, rest = divmod(number, 100)
    if not 11 <= century <= 20 or 2000 <= number <= 2009:
        return cardinal(number)
    if not rest:
        return f"{_below_hundred(century)} hundred"
    return f"{_below_hundred(century)} {'oh ' if rest < 10 else ''}{_below_hundred(rest)}"


def decade(number: int) -> str:
    """``1990`` -> ``nineteen nineties``, ``80`` -> ``eighties``."""
    words = year(number) if number >= 1000 else cardinal(number)
    return words[:-1] + "ies" if words.endswith("y") else words + "s"


def fraction(numerator: int, denominator: int) -> str:
    """``3/4`` -> ``three quarters``."""
    name = {2: "half", 4: "quarter"}.get(denominator) or ordinal(denominator)
    if numerator == 1:
        return f"one {name}"
    return f"{cardinal(numerator)} {'halves' if denominator == 2 else name + 's'}"


def _below_hundred(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens]
