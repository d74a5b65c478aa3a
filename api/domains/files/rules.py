"""Names and types of files, as pure functions on what strangers have sent."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote_to_bytes

LONGEST_NAME: Final = 120
"""Characters, with the ending. Our choice; file systems stop at 255 bytes, which Cyrillic halves."""
UNNAMED: Final = "file"
UNKNOWN: Final = "application/octet-stream"
TEXT: Final = "text/plain"
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
"""Names of devices on Windows, with any ending."""
_JOINERS: Final = frozenset("\u200c\u200d")
"""Invisible, but letters of some scripts need them."""
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")

TYPES: Final[Mapping[str, str]] = {
    "7z": "application/x-7z-compressed",
    "aac": "audio/aac",
    "avi": "video/x-msvideo",
    "bmp": "image/bmp",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "epub": "application/epub+zip",
    "exe": "application/vnd.microsoft.portable-executable",
    "flac": "audio/flac",
    "gif": "image/gif",
    "gz": "application/gzip",
    "htm": "text/html",
    "html": "text/html",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "m4a": "audio/mp4",
    "markdown": "text/markdown",
    "md": "text/markdown",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "ogv": "video/ogg",
    "opus": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rar": "application/vnd.rar",
    "rtf": "application/rtf",
    "srt": "application/x-subrip",
    "svg": "image/svg+xml",
    "tar": "application/x-tar",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": TEXT,
    "vtt": "text/vtt",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "xhtml": "application/xhtml+xml",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}
"""What an ending promises."""
TEXTUAL: Final = frozenset({"text/csv", "text/markdown", "text/vtt", "application/json", "application/x-subrip", TEXT})
"""Cannot be told apart by their bytes: text, of which the name says what it is for."""
HARMLESS: Final = frozenset(
    {
        "application/pdf",
        "audio/aac",
        "audio/flac",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/csv",
        "text/markdown",
        TEXT,
        "text/vtt",
        "video/mp4",
        "video/ogg",
        "video/webm",
    }
)
"""Sent with their own type (always as attachments); everything else as bytes without a type."""
_GENERIC: Final = frozenset({UNKNOWN, "", "application/x-www-form-urlencoded", "binary/octet-stream"})
_SAME: Final[Mapping[str, str]] = {
    "application/x-gzip": "application/gzip",
    "application/x-pdf": "application/pdf",
    "application/x-zip-compressed": "application/zip",
    "audio/mp3": "audio/mpeg",
    "audio/opus": "audio/ogg",
    "audio/wave": "audio/wav",
    "audio/webm": "video/webm",
    "audio/x-m4a": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "image/jpg": "image/jpeg",
    "text/rtf": "application/rtf",
    "text/x-markdown": "text/markdown",
    "text/xml": "application/xml",
    "application/x-matroska": "video/x-matroska",
    "audio/x-flac": "audio/flac",
    "audio/vnd.wave": "audio/wav",
    "video/avi": "video/x-msvideo",
}
"""Other names of the same."""


@dataclass(frozen=True, slots=True)
class FileRules:
    """What may be handed in at one place. `media_types` None: anything, as data."""

    max_bytes: int
    media_types: frozenset[str] | None = None


def clean_name(given: str) -> str:
    """A name that is a name everywhere: no folders, no control or invisible characters, none that turn the direction
    of writing (so that `exe` cannot look like `pdf`), no device of Windows, at most LONGEST_NAME characters. The ending
    is kept."""
    text = unicodedata.normalize("NFC", given.encode("utf-8", "ignore").decode())
    text = re.split(r"[/\\]", text)[-1]
    text = "".join(
        one for one in text if one in _JOINERS or unicodedata.category(one) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
    )
    text = " ".join(_FORBIDDEN.sub("_", text).split()).strip(" .")
    if _RESERVED.match(text):
        text = f"_{text}"
    if len(text) > LONGEST_NAME:
        stem, dot, ending = text.rpartition(".")
        kept = f".{ending}" if dot and len(ending) <= 10 else ""
        text = (stem if kept else text)[: LONGEST_NAME - len(kept)].rstrip(" .") + kept
    return text or UNNAMED


def ending_of(name: str) -> str:
    """The last part of the name behind a dot, in small letters; empty without one."""
    stem, dot, ending = name.rpartition(".")
    return ending.casefold() if dot and stem else ""


def promised_type(name: str) -> str | None:
    """What the name says that the file is; None when it says nothing that we know."""
    return TYPES.get(ending_of(name))


def plain_type(claimed: str) -> str:
    """A Content-Type without parameters, in its usual name; `application/octet-stream` for what is none."""
    text = claimed.partition(";")[0].strip().casefold()
    return _SAME.get(text, text) if _TYPE.fullmatch(text) else UNKNOWN


def is_mismatch(found: str, name: str, claimed: str) -> bool:
    """Whether the name or the sender says something else than the bytes. Who says nothing is not wrong."""
    promised = promised_type(name)
    said = [promised] if promised is not None else []
    if claimed not in _GENERIC:
        said.append(claimed)
    return any(not _agrees(one, found) for one in said)


def _agrees(said: str, found: str) -> bool:
    if said == found:
        return True
    is_text = found in TEXTUAL
    return is_text and (said in TEXTUAL or (said.startswith("text/") and said != "text/html"))


def is_allowed(rules: FileRules, found: str, *, mismatch: bool) -> bool:
    """Where types are named, the bytes must be one of them, and nothing may say otherwise."""
    return rules.media_types is None or (found in rules.media_types and not mismatch)


def disposition(name: str) -> str:
    """Content-Disposition of an attachment (RFC 6266) with the name in UTF-8 (RFC 8187) and, for old clients, ASCII."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r'[^\w .()\-]|["\\%]', "_", plain).strip(" .")
    if not plain or plain.startswith("_") or len(plain) < len(name) / 2:
        ending = ending_of(name)
        plain = UNNAMED + (f".{ending}" if ending.isascii() and ending.isalnum() else "")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def numbered_name(number: int, media_type: str) -> str:
    """A name that tells nothing but what kind of file it is."""
    ending = next((ending for ending, one in sorted(TYPES.items()) if one == media_type), "bin")
    return f"{number}.{ending}"


def name_in(header: str) -> str | None:
    """The name in a Content-Disposition that was sent, as it stands there; None when there is none or it is broken.
    `filename*` counts more than `filename` (RFC 6266, 4.3)."""
    found: dict[str, str] = {}
    for match in re.finditer(r';\s*(filename\*?)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]+)', header, re.IGNORECASE):
        key, value = match[1].casefold(), match[2]
        if key in found:
            return None
        found[key] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
    if "filename*" in found:
        charset, _, rest = found["filename*"].partition("'")
        _, quote_, text = rest.partition("'")
        if not quote_ or charset.casefold() != "utf-8":
            return None
        try:
            return unquote_to_bytes(text).decode()
        except UnicodeDecodeError:
            return None
    plain = found.get("filename")
    return plain if plain is not None and plain.isascii() else None
