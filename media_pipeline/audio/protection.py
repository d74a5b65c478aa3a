"""Whether a file is locked by digital rights management: found in its structure, before anything tries to decode it."""

from collections.abc import Iterator
from typing import BinaryIO, Final

# Sample entries of encrypted tracks: ISO/IEC 14496-12, 8.12 (enca, encv, enct, encs); FairPlay (drms, drmi, drmt);
# Audible (aavd).
_LOCKED_ENTRIES: Final = frozenset((b"enca", b"encv", b"enct", b"encs", b"drms", b"drmi", b"drmt", b"aavd"))
_TO_ENTRIES: Final = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")

_ASF: Final = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
# The three encryption objects of the Advanced Systems Format specification, 3.14, 3.15 and 4.
_ASF_LOCKS: Final = tuple(
    bytes.fromhex(one)
    for one in (
        "fbb3112223bdd211b4b700a0c955fc6e",
        "14e68a292226174cb935dae07ee9289c",
        "338505438169e6499b74ad12cb86d58c",
    )
)
_ASF_HEADER: Final = 1 << 16

_EBML: Final = b"\x1a\x45\xdf\xa3"
_MATROSKA_LOCK: Final = 0x5035  # ContentEncryption (RFC 9559, 5.1.4.1.31.8)
# The way there: Segment, Tracks, TrackEntry, ContentEncodings, ContentEncoding.
_TO_LOCK: Final = (0x18538067, 0x1654AE6B, 0xAE, 0x6D80, 0x6240, _MATROSKA_LOCK)


def is_locked(file: BinaryIO) -> bool:
    """`file` is open at any place; how much of it is read does not depend on its length."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    head = file.read(16)
    if head == _ASF:
        file.seek(0)
        header = file.read(_ASF_HEADER)
        return any(one in header for one in _ASF_LOCKS)
    if head.startswith(_EBML):
        return _has_lock(file, 0, size, _TO_LOCK)
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"):
        return any(one in _LOCKED_ENTRIES for one in _sample_entries(file, 0, size, _TO_ENTRIES))
    return False


def _sample_entries(file: BinaryIO, start: int, end: int, way: tuple[bytes, ...]) -> Iterator[bytes]:
    for name, inside, after in _boxes(file, start, end):
        if not way:
            yield name
        elif name == way[0]:
            begin = inside + 8 if name == b"stsd" else inside  # version, flags and the number of entries
            yield from _sample_entries(file, begin, after, way[1:])


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, beginning of the content and end of each box (ISO/IEC 14496-12, 4.2)."""
    while start + 8 <= end:
        file.seek(start)
        head = file.read(16)
        size, inside = int.from_bytes(head[:4], "big"), start + 8
        if size == 1:
            size, inside = int.from_bytes(head[8:16], "big"), start + 16
        after = end if size == 0 else start + size
        if after <= inside - 1 or len(head) < 8:
            return
        yield head[4:8], inside, min(after, end)
        start = after


def _has_lock(file: BinaryIO, start: int, end: int, way: tuple[int, ...]) -> bool:
    for name, inside, after in _elements(file, start, end):
        if name == way[0]:
            if name == _MATROSKA_LOCK or _has_lock(file, inside, after, way[1:]):
                return True
        elif name == 0x1F43B675:  # the first Cluster: tracks are told before it
            return False
    return False


def _elements(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Id, beginning of the content and end of each EBML element (RFC 8794, 4-6)."""
    while start < end:
        file.seek(start)
        head = file.read(12)
        name_length = _vint_length(head[:1])
        size_length = _vint_length(head[name_length : name_length + 1])
        if not name_length or not size_length or len(head) < name_length + size_length:
            return
        inside = start + name_length + size_length
        mask = (1 << 7 * size_length) - 1
        size = int.from_bytes(head[name_length : name_length + size_length], "big") & mask
        after = end if size == mask else inside + size  # all ones: the size is unknown
        yield int.from_bytes(head[:name_length], "big"), inside, min(after, end)
        start = after


def _vint_length(first: bytes) -> int:
    return 9 - first[0].bit_length() if first and first[0] else 0
