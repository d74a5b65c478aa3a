"""Typst: the only place where it is called, and where its errors become ours.

Typst itself is a function of what it is given: no clock (the date is fixed), no network, no files but fonts.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import typst

from builder.exports.unavailable import ProgramMissing

MAIN_FILE: Final = "main.typ"

CODE_FONT: Final = "DejaVu Sans Mono"
"""Comes inside Typst, with the Kyrgyz letters."""
MATH_FONT: Final = "New Computer Modern Math"
"""Comes inside Typst; used for mathematical signs, letters and digits are taken from the text font."""

# Sans-serif families that have all Kyrgyz letters and a bold, the best for low vision first (facts: fc-list :lang=ky),
# with the file by which each is known.
_TEXT_FONTS: Final = (
    ("Andika", "Andika-Regular.ttf"),
    ("Noto Sans", "NotoSans-Regular.ttf"),
    ("PT Sans", "PTS55F.ttf"),
    ("DejaVu Sans", "DejaVuSans.ttf"),
)
_FONT_FOLDERS: Final = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
    Path("/Library/Fonts"),
    Path.home() / "Library/Fonts",
    Path("C:/Windows/Fonts"),
)


class FontMissing(ProgramMissing):
    """No sans-serif font with Kyrgyz letters is installed."""

    def __init__(self) -> None:
        super().__init__("Andika", "sudo apt-get install fonts-sil-andika")


class CannotTypeset(Exception):
    """Typst refused the source; `diagnostic` is all that it said."""

    def __init__(self, diagnostic: str) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


class NoGlyphs(CannotTypeset):
    """No font has these characters; `characters` may hold some that are there, next to the missing ones."""

    def __init__(self, diagnostic: str, characters: frozenset[str]) -> None:
        super().__init__(diagnostic)
        self.characters = characters


def text_fonts() -> tuple[str, ...]:
    """The families for running text, best first: one always, a second where it helps with rare signs.

    Raises FontMissing.
    """
    return _fonts()[0]


def find_fonts() -> str:
    """The families for running text, in words. Raises FontMissing."""
    return ", ".join(text_fonts())


def typeset(files: Mapping[str, bytes]) -> bytes:
    """`MAIN_FILE` of the given files, all of them UTF-8, as a PDF/UA-1. The same files give the same bytes.

    Raises NoGlyphs, CannotTypeset, FontMissing.
    """
    compiler = typst.Compiler(input=cast(Any, dict(files)), font_paths=_fonts()[1])
    try:
        made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)
    except typst.TypstError as error:
        said = str(error.diagnostic or error.message)
        missing = frozenset("".join(map(_unescape, _NO_GLYPH.findall(said))))
        if missing:
            raise NoGlyphs(said, missing) from error
        raise CannotTypeset(said) from error
    assert isinstance(made, bytes)
    return made


_NO_GLYPH: Final = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE: Final = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\(.)")


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)


@cache
def _fonts() -> tuple[tuple[str, ...], typst.Fonts]:
    """The text families found and the fonts loaded, once per process: fonts do not change while a build runs."""
    found: dict[str, Path] = {}
    for folder in _FONT_FOLDERS:
        for family, name in _TEXT_FONTS:
            if family not in found and folder.is_dir() and (file := next(folder.rglob(name), None)):
                found[family] = file.parent
    families = [family for family, _ in _TEXT_FONTS if family in found]
    if not families:
        raise FontMissing
    chosen = families[:1] + [one for one in families[1:] if one == "DejaVu Sans"]
    loaded = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[found[family] for family in chosen],
    )
    return tuple(chosen), loaded
