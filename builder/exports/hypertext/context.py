"""What the writer must be told about the place where its hypertext will stand."""

from collections.abc import Callable
from dataclasses import dataclass

from builder.model.document import Recording, Target


def no_player(recording: Recording) -> str | None:
    """For places that cannot play a recording."""
    return None


@dataclass(frozen=True, slots=True)
class PictureSource:
    """Where a picture is found from the page, and its size in CSS pixels where it is known."""

    src: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class HypertextContext:
    """Addresses as they are seen from one page.

    `href_of` gives the address of a link's target, or None where the target cannot be reached from here: then the
    link's words remain. `src_of` gives the place of a picture by its path below the course folder (a `PictureSource`,
    or the address alone), or None where there is no file: then the picture's words are given. `epub` adds what
    reading systems ask for (``epub:type``, ``xml:lang``), which HTML does not allow. `recording_of` gives the finished
    markup of a recording's player, with `Recording.id` on its title, or None: then title and transcript are given.
    """

    href_of: Callable[[Target], str | None]
    src_of: Callable[[str], PictureSource | str | None]
    epub: bool = False
    recording_of: Callable[[Recording], str | None] = no_player
