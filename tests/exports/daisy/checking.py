"""A checker of DAISY 2.02 books, because no registry has one: it reads the files and knows nothing of our writer.

Rules are from the DAISY 2.02 Specification (DAISY Consortium, 28 February 2001): part 2 for each kind of file,
appendix 2 for metadata; from SMIL 1.0 (W3C, 15 June 1998) and XHTML 1.0 (W3C); and from what the validator of DAISY
Pipeline 1 asks for beyond them (named "Pipeline"). Each rule's name is what the seeded faults of the tests expect.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from xml.etree import ElementTree

XHTML = "{http://www.w3.org/1999/xhtml}"

# Appendix 2, table of the NCC: exactly once; at least once.
ONCE = (
    "dc:date dc:format dc:identifier dc:publisher dc:title ncc:charset ncc:pageFront ncc:pageNormal ncc:pageSpecial "
    "ncc:tocItems ncc:totalTime"
).split()
AT_LEAST_ONCE = ("dc:creator", "dc:language")
MULTIMEDIA = {"audioOnly", "audioNcc", "audioPartText", "audioFullText", "textPartAudio", "textNcc"}
FILE_TYPES = {".html", ".smil", ".mp3", ".wav", ".jpg", ".gif", ".png", ".css"}

# XHTML 1.0 Transitional, A.1.2: elements that may have these names at all, and attributes by element.
ELEMENTS = frozenset(
    """html head title meta link body h1 h2 h3 h4 h5 h6 p div span a ul ol li dl dt dd table caption thead tbody tr th
    td blockquote pre code em strong sub sup del abbr br hr img""".split()
)
COMMON = frozenset(["id", "class", "title", "lang", "{http://www.w3.org/XML/1998/namespace}lang", "dir"])
OWN = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "th": {"scope"},
    "td": {"scope"},
    "meta": {"name", "content", "http-equiv"},
    "link": {"rel", "type", "href"},
}
_CLOCK = re.compile(r"(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)")
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


def check_book(files: Mapping[str, bytes]) -> set[str]:
    """The names of all rules that are broken."""
    return set(_faults(files))


def _faults(files: Mapping[str, bytes]) -> Iterator[str]:
    # 2: exactly one NCC, by this name, beside everything else in one folder.
    if "ncc.html" not in files:
        yield "ncc-missing"
        return
    for name in files:
        if "/" in name:
            yield "one-folder"
        if not any(name.endswith(one) for one in FILE_TYPES):
            yield "file-type"
    trees: dict[str, ElementTree.Element] = {}
    for name, data in files.items():
        if name.endswith((".html", ".smil")):
            try:
                trees[name] = ElementTree.fromstring(data)
            except ElementTree.ParseError:
                yield "well-formed"
                return
            yield from _doctype(name, data)
            ids = [one.get("id") for one in trees[name].iter() if one.get("id")]
            if max(Counter(ids).values(), default=1) > 1:
                yield "ids-unique"
            if not all(_NAME.fullmatch(one or "") for one in ids):
                yield "ids-ascii"
    smils = {name: one for name, one in trees.items() if name.endswith(".smil") and name != "master.smil"}
    pages = {name: one for name, one in trees.items() if name.endswith(".html")}
    order = list(_ncc_order(trees["ncc.html"]))
    for page in pages.values():
        yield from _xhtml(page)
        yield from _links(page, trees, files)
    yield from _ncc(trees["ncc.html"], files)
    elapsed = 0.0
    # 2.1: the NCC gives the order in which the SMIL files are played, and names all of them.
    if order != sorted(smils, key=lambda one: (order.index(one) if one in order else len(order), one)):
        yield "ncc-covers-smil"
    for name in order:
        if name in smils:
            yield from _smil(smils[name], trees, files, elapsed)
            elapsed += _playing(smils[name])
    # 2.1 and appendix 2: the time of the whole book, exact to the millisecond in ours.
    if abs(_time(_metadata(trees["ncc.html"], XHTML).get("ncc:totalTime", [""])[0]) - elapsed) > 0.0005:
        yield "total-time"
    yield from _master(trees.get("master.smil"), order, elapsed)


def _doctype(name: str, data: bytes) -> Iterator[str]:
    # 2.1, 2.3: XHTML 1.0; 2.2, 2.4: SMIL 1.0; encoding declared.
    wanted = b"-//W3C//DTD XHTML 1.0" if name.endswith(".html") else b"-//W3C//DTD SMIL 1.0//EN"
    if wanted not in data[:300] or not data.startswith(b'<?xml version="1.0" encoding="utf-8"?>'):
        yield "doctype"


# ------------------------------------------------------------ NCC (2.1)


def _ncc_order(ncc: ElementTree.Element) -> Iterator[str]:
    seen: set[str] = set()
    for link in ncc.iter(f"{XHTML}a"):
        name = link.get("href", "").partition("#")[0]
        if name not in seen:
            seen.add(name)
            yield name


def _metadata(tree: ElementTree.Element, namespace: str = "") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in tree.iter(f"{namespace}meta"):
        if meta.get("name"):
            found.setdefault(meta.get("name", ""), []).append(meta.get("content", ""))
    return found


def _ncc(ncc: ElementTree.Element, files: Mapping[str, bytes]) -> Iterator[str]:
    meta = _metadata(ncc, XHTML)
    for name in ONCE:
        if len(meta.get(name, [])) != 1 or not meta[name][0].strip():
            yield f"meta {name}"
    for name in AT_LEAST_ONCE:
        if not any(one.strip() for one in meta.get(name, [])):
            yield f"meta {name}"
    if meta.get("dc:format") != ["Daisy 2.02"]:
        yield "meta dc:format"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", meta.get("dc:date", [""])[0]):
        yield "meta dc:date"
    if meta.get("ncc:charset") != ["utf-8"]:
        yield "meta ncc:charset"
    if not set(meta.get("ncc:multimediaType", [])) <= MULTIMEDIA:
        yield "meta ncc:multimediaType"
    if meta.get("ncc:files", [str(len(files))]) != [str(len(files))]:
        yield "meta ncc:files"
    body = ncc.find(f"{XHTML}body")
    entries = list(body) if body is not None else []
    # 2.1: the first element of the body is the title of the book.
    if not entries or entries[0].tag != f"{XHTML}h1" or entries[0].get("class") != "title":
        yield "ncc-title-first"
    if meta.get("ncc:tocItems") != [str(len(entries))]:
        yield "meta ncc:tocItems"
    levels = []
    for entry in entries:
        name = entry.tag.removeprefix(XHTML)
        if name not in ("h1", "h2", "h3", "h4", "h5", "h6"):
            yield "ncc-headings-only"
            continue
        levels.append(int(name[1]))
        # Pipeline: an id, and exactly one link into a SMIL file, with words.
        links = list(entry)
        href = links[0].get("href", "") if links else ""
        if not entry.get("id") or len(links) != 1 or not re.fullmatch(r"[^/#:]+\.smil#[^#]+", href):
            yield "ncc-entry"
        if not "".join(entry.itertext()).strip():
            yield "ncc-words"
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield "ncc-levels"
    if meta.get("ncc:depth", [str(max(levels, default=0))]) != [str(max(levels, default=0))]:
        yield "meta ncc:depth"


# ------------------------------------------------------------ text documents (2.3)


def _xhtml(page: ElementTree.Element) -> Iterator[str]:
    for one in page.iter():
        name = one.tag.removeprefix(XHTML)
        if not one.tag.startswith(XHTML) or name not in ELEMENTS:
            yield "xhtml-elements"
        elif set(one.attrib) - COMMON - OWN.get(name, set()) - ({"xmlns"} if name == "html" else set()):
            yield "xhtml-attributes"
        if name == "a" and any(inside is not one and inside.tag == one.tag for inside in one.iter()):
            yield "xhtml-nested-links"
        if name == "img" and one.get("alt") is None:
            yield "xhtml-alt"
        if name == "table" and not any(child.tag in (f"{XHTML}tbody", f"{XHTML}tr") for child in one):
            yield "xhtml-table"
    if not (page.findtext(f"{XHTML}head/{XHTML}title") or "").strip():
        yield "xhtml-title"


def _links(
    page: ElementTree.Element, trees: Mapping[str, ElementTree.Element], files: Mapping[str, bytes]
) -> Iterator[str]:
    own = next(name for name, one in trees.items() if one is page)
    for one in page.iter():
        target = one.get("href") if one.tag == f"{XHTML}a" else one.get("src") if one.tag == f"{XHTML}img" else None
        if target is None or re.match(r"[a-z]+:", target):
            continue
        name, _, place = target.partition("#")
        name = name or own
        if name not in files or (place and not _has(trees.get(name), place)):
            yield "links-lead-somewhere"


def _has(tree: ElementTree.Element | None, place: str) -> bool:
    return tree is not None and any(one.get("id") == place for one in tree.iter())


# ------------------------------------------------------------ SMIL (2.2)


def _time(text: str) -> float:
    clock = _CLOCK.fullmatch(text)
    if clock:
        return int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3])
    seconds = _SECONDS.fullmatch(text.removeprefix("npt="))
    return float(seconds[1]) if seconds else -1.0


def _playing(smil: ElementTree.Element) -> float:
    return sum(_time(one.get("clip-end", "")) - _time(one.get("clip-begin", "")) for one in smil.iter("audio"))


def _smil(
    smil: ElementTree.Element,
    trees: Mapping[str, ElementTree.Element],
    files: Mapping[str, bytes],
    elapsed: float,
) -> Iterator[str]:
    meta = _metadata(smil)
    if meta.get("dc:format") != ["Daisy 2.02"]:
        yield "smil-format"
    playing = _playing(smil)
    if abs(_time(meta.get("ncc:timeInThisSmil", [""])[0]) - playing) > 0.0005:
        yield "time-in-this-smil"
    if abs(_time(meta.get("ncc:totalElapsedTime", [""])[0]) - elapsed) > 0.0005:
        yield "total-elapsed-time"
    if smil.find("head/layout/region") is None:
        yield "smil-layout"
    body = smil.find("body")
    whole = list(body) if body is not None else []
    # 2.2: one seq around everything, with the time that it takes.
    if len(whole) != 1 or whole[0].tag != "seq":
        yield "smil-one-seq"
        return
    if abs(_time(whole[0].get("dur", "")) - playing) > 0.0005:
        yield "smil-dur"
    for par in whole[0]:
        # Sound in a seq of its own: allowed beside a bare audio, and the only form that every reader finds.
        texts, sounds = list(par.findall("text")), list(par.findall("seq/audio"))
        if par.tag != "par" or par.get("endsync") != "last" or len(texts) != 1 or not sounds:
            yield "smil-par"
            continue
        if not all(one.get("id") for one in (*texts, *sounds)):
            yield "smil-ids"
        name, _, place = texts[0].get("src", "").partition("#")
        if not _has(trees.get(name), place):
            yield "smil-text"
        for one in sounds:
            begin, end = one.get("clip-begin", ""), one.get("clip-end", "")
            if not (begin.startswith("npt=") and end.startswith("npt=") and 0 <= _time(begin) < _time(end)):
                yield "smil-clip"
            sound = files.get(one.get("src", ""))
            if sound is None:
                yield "smil-audio"
            elif _time(end) > _mp3_seconds(sound) + 0.0005:
                yield "smil-beyond-audio"


def _mp3_seconds(data: bytes) -> float:
    """Our one kind: MPEG-2 layer III at 24 kHz and 48 kbit/s (frames of 144 bytes and 24 ms)."""
    return len(data) // 144 * 0.024


# ------------------------------------------------------------ master SMIL (2.5)


def _master(master: ElementTree.Element | None, order: list[str], elapsed: float) -> Iterator[str]:
    if master is None:
        return
    meta = _metadata(master)
    if (
        meta.get("dc:format") != ["Daisy 2.02"]
        or abs(_time(meta.get("ncc:timeInThisSmil", [""])[0]) - elapsed) > 0.0005
    ):
        yield "master-meta"
    if [one.get("src") for one in master.iter("ref")] != order:
        yield "master-order"
