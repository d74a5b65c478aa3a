"""Mathematical braille in three codes. Each code is one file: its signs with their sources, then its rules."""

from builder.mathematics.braille.nemeth import write_nemeth
from builder.mathematics.braille.russian import write_russian
from builder.mathematics.braille.ueb import write_ueb

__all__ = ["write_nemeth", "write_russian", "write_ueb"]
