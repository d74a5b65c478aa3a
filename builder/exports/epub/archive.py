"""Files into an EPUB container (EPUB 3.3, 4): `mimetype` first and stored, fixed dates, fixed order."""

import io
import zipfile
from collections.abc import Iterable
from typing import Final

# The earliest date that a zip file can hold: an archive must not know when it was made.
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o644 << 16
_UNIX: Final = 3


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The bytes of a container with these files in this order; the media type is put before them."""
    return pack_files(files, b"application/epub+zip")


def pack_files(files: Iterable[tuple[str, bytes]], media_type: bytes = b"") -> bytes:
    """The same for books of other kinds, which have no media type inside."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if media_type:
            archive.writestr(_entry("mimetype", zipfile.ZIP_STORED), media_type)
        for name, data in files:
            # Sound, and pictures other than SVG, are compressed already.
            stored = name.endswith((".png", ".jpg", ".webp", ".gif", ".mp3", ".m4a", ".opus"))
            archive.writestr(_entry(name, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED), data)
    return buffer.getvalue()


def _entry(name: str, method: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = method
    entry.external_attr = _READABLE
    # Otherwise the archive would say on which system it was made.
    entry.create_system = _UNIX
    return entry
