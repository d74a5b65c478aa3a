"""Where sentences begin. Pure."""

import re
from typing import Final

from builder.model.language import LanguageTag

_END: Final = re.compile(r"[.!?…]+[»”\"')\]]*\s+(?=[«“„\"'(\[]*[^\W_])")


def find_sentence_starts(text: str, language: LanguageTag) -> tuple[int, ...]:
    """Offsets of `text` where its second and later sentences begin, rising."""
    return tuple(found.end() for found in _END.finditer(text))
