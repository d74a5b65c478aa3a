"""Kyrgyz number words."""

from typing import Final

from media_pipeline.speech.normalisation.kyrgyz.endings import Ending, put, put_ordinal

_ONES: Final = "нөл бир эки үч төрт беш алты жети сегиз тогуз".split()
_TENS: Final = "- он жыйырма отуз кырк элүү алтымыш жетимиш сексен токсон".split()
_SCALES: Final = ((10**12, "триллион"), (10**9, "миллиард"), (10**6, "миллион"), (1000, "миң"))
COLLECTIVES: Final = ("", "бирөө", "экөө", "үчөө", "төртөө", "бешөө", "алтоо", "жетөө")
"""Said of people: ``5өө`` -> ``бешөө``. There are none above seven."""
_PLACES: Final = ("", "он", "жүз", "миң", "он миң", "жүз миң", "миллион")


def cardinal(number: int) -> str:
    """A whole number below 10 to the 15th. A hundred and a single thousand go without ``бир``, as people say a year:
    ``миң тогуз жүз токсон бир``; a million does not."""
    if number < 10:
        return _ONES[number]
    parts: list[str] = []
    for size, name in _SCALES:
        count, number = divmod(number, size)
        if count:
            parts += [name] if size == 1000 and count == 1 and not parts else [cardinal(count), name]
    hundreds, rest = divmod(number, 100)
    if hundreds:
        parts += ["жүз"] if hundreds == 1 else [_ONES[hundreds], "жүз"]
    tens, ones = divmod(rest, 10)
    if tens:
        parts.append(_TENS[tens])
    if ones:
        parts.append(_ONES[ones])
    return " ".join(parts)


def ordinal(number: int) -> str:
    """``жыйырма биринчи``."""
    return put_ordinal(cardinal(number))


def decimal(whole: int, fraction: str) -> str:
    """``3,5`` -> ``үч бүтүн ондон беш``; a fraction of more than six digits, digit by digit."""
    if len(fraction) >= len(_PLACES):
        return f"{cardinal(whole)} үтүр {' '.join(_ONES[int(digit)] for digit in fraction)}"
    return f"{cardinal(whole)} бүтүн {put(_PLACES[len(fraction)], Ending.ABLATIVE)} {cardinal(int(fraction))}"


def fraction(numerator: int, denominator: int) -> str:
    """``3/4`` -> ``төрттөн үч``."""
    if (numerator, denominator) == (1, 2):
        return "жарым"
    return f"{put(cardinal(denominator), Ending.ABLATIVE)} {cardinal(numerator)}"
