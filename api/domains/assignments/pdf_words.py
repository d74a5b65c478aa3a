"""The words of a PDF: run as a program of its own, with the file as its input and JSON as its output (`texts.py`).

A file from a stranger may be made to fill the memory, to run for ever or to end the process that reads it. Here it can
do so only to this process, which has little of everything and is handed nothing else: no settings, no keys, no open
file or connection. Nothing of the service is imported.
"""

import contextlib
import io
import json
import logging
import re
import resource
import sys
import time
import unicodedata
import warnings
from collections.abc import Iterator
from typing import Any, Final

CPU_S: Final = 20
WALL_S: Final = 15
"""Until then pages are begun. Our choice: an essay of 30 pages takes less than one second."""
MEMORY_BYTES: Final = 1_000_000_000
MOST_PAGES: Final = 500
MOST_CHARACTERS: Final = 2_000_000
CANNOT_RUN: Final = 70
"""How the program ends where what it reads PDFs with is missing: no fault of the file."""
FEW_WORDS: Final = 8
"""A page with a picture and fewer words is a photograph with the mark of a program or a number on it: a run of fewer
words is never reported as common, but the mark of every page together would be."""
MOST_ODD: Final = 0.3
"""Of all signs but spaces: those without meaning. A font that does not say which letters it draws gives such, or gives
the bytes of an old Cyrillic encoding as accented Latin letters."""

_HYPHENS: Final = "-\u00ad\u2010"
_AT_LINE_END: Final = re.compile(rf"(?<=\w)[{_HYPHENS}][ \t]*\n[ \t]*(?=(\w))")


class Refused(Exception):
    """`reason`: encrypted, broken, too-large, no-text, no-letters."""


def limit() -> None:
    """What the process may use, before anything is read."""
    limits = (
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in limits:
        with contextlib.suppress(ValueError, OSError):  # a system that does not know the limit, or has set a lower one
            resource.setrlimit(what, (most, most))


def words_of(data: bytes) -> tuple[str, bool]:
    """The text, lines as they are printed, words divided at the end of a line joined; and whether pages are missing:
    pictures of pages, damaged ones, more than `MOST_PAGES`. Raises Refused."""
    try:
        pages, count, damaged = _pages(data)
    except MemoryError:
        raise Refused("too-large") from None
    text = joined("\n".join(pages))
    signs = [sign for sign in text if not sign.isspace()]
    if not any(sign.isalpha() for sign in signs):
        raise Refused("broken" if damaged else "no-text")
    if sum(map(_is_odd, signs)) > MOST_ODD * len(signs):
        raise Refused("no-letters")
    return text[:MOST_CHARACTERS], len(pages) < count


def _is_odd(sign: str) -> bool:
    return sign == "\ufffd" or "\xc0" <= sign <= "\xff" or unicodedata.category(sign)[0] == "C"


def _pages(data: bytes) -> tuple[list[str], int, int]:
    """The words of the pages that have any; how many pages there are, and how many could not be read."""
    from pypdf import PasswordType, PdfReader  # under the limits

    until = time.monotonic() + WALL_S
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise Refused("encrypted")
        count = len(reader.pages)
    except (MemoryError, Refused):
        raise
    except Exception as error:  # whatever a stranger's file brings about
        raise Refused("broken") from error
    found: list[str] = []
    length = damaged = 0
    for number in range(min(count, MOST_PAGES)):
        if time.monotonic() > until or length > MOST_CHARACTERS:
            break
        try:
            page = reader.pages[number]
            words = page.extract_text()
            if len(words.split()) < FEW_WORDS and any(_pictures(page)):
                continue
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  # whatever a stranger's file brings about
            damaged += 1
            continue
        found.append(words)
        length += len(words)
    return found, count, damaged


def _pictures(page: Any, depth: int = 0) -> Iterator[bool]:
    """Whether each thing that the page may draw is a picture; forms are looked into."""
    resources = page.get("/Resources")
    drawn = None if resources is None else resources.get_object().get("/XObject")
    for one in () if drawn is None else drawn.get_object().values():
        thing = one.get_object()
        kind = thing.get("/Subtype")
        if kind == "/Form" and depth < 3:
            yield from _pictures(thing, depth + 1)
        yield kind == "/Image"


def joined(text: str) -> str:
    """Without the division of words at the ends of lines. Other soft hyphens of PDFs are hyphens: fonts call them so.
    Before a capital letter the hyphen belongs to the word."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    text = _AT_LINE_END.sub(lambda found: "" if found.group(1).islower() else "-", text)
    text = text.replace("\u00ad", "-").encode("utf-8", "replace").decode()
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def main() -> None:
    limit()
    logging.disable()
    warnings.simplefilter("ignore")
    try:
        import pypdf  # noqa: F401  # under the limits
    except ImportError:
        sys.exit(CANNOT_RUN)
    try:
        text, lacks_pages = words_of(sys.stdin.buffer.read())
        json.dump({"text": text, "lacks_pages": lacks_pages}, sys.stdout)
    except Refused as refused:
        json.dump({"refused": str(refused)}, sys.stdout)
    except MemoryError:
        json.dump({"refused": "too-large"}, sys.stdout)


if __name__ == "__main__":
    main()
