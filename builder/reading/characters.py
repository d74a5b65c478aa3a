"""Characters that no format can carry."""

import re
from typing import Final

# XML 1.0, 2.2 allows no C0 controls but tab, line feed and carriage return, and no U+FFFE, U+FFFF. C1 controls and the
# separators U+2028, U+2029 are allowed there, but browsers, Typst and embossers each treat them in their own way.
_SPACING: Final = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean_characters(text: str) -> tuple[str, int]:
    """The text without them (a space where they separate), and the offset of the first one, or -1."""
    offsets = [match.start() for match in (_SPACING.search(text), _FORBIDDEN.search(text)) if match]
    if not offsets:
        return text, -1
    return _FORBIDDEN.sub("", _SPACING.sub(" ", text)), min(offsets)
