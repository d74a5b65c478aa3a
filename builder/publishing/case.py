"""The "case" package (clause 5.3): a course to take away and read from a USB stick, without a server or a network.

Everything in it lies in one folder named like the package, with the same paths as on the site, so that the links of
the pages stay right. What would lead out of the package leads to the web where the site's address is known; otherwise
the link becomes its words and a note.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from builder.model.course import Catalogue, Course
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag, primary_language
from builder.model.settings import Settings
from builder.publishing.paths import course_path, home_path, relative_url, search_path
from builder.publishing.search import index_path, merge_index, replace_search_page_body

START: Final = "index.html"

_EARLY: Final = "assets/javascripts/preferences-early.js"
_STYLES: Final = ("assets/stylesheets/jetki.css", "assets/stylesheets/preferences.css")

# Zip cannot store an earlier moment; a fixed one keeps packages equal byte for byte.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
# Already compressed: pressing them again costs time and gains nothing.
_COMPRESSED: Final = (
    ".pdf",
    ".epub",
    ".zip",
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".mp3",
    ".opus",
    ".mp4",
    ".m4a",
    ".m4b",
    ".webm",
    ".ogg",
)

_NOT_IN_PACKAGE: Final[Mapping[LanguageTag, str]] = {
    KYRGYZ: "бул пакетте жок",
    RUSSIAN: "нет в этом пакете",
    ENGLISH: "not in this package",
}
_OPEN: Final[Mapping[LanguageTag, str]] = {
    KYRGYZ: "Курсту ачуу",
    RUSSIAN: "Открыть курс",
    ENGLISH: "Open the course",
}
_EXPLANATION: Final[Mapping[LanguageTag, str]] = {
    KYRGYZ: "Бул пакетти интернетсиз окуса болот: аны каалаган папкага көчүрүп, ушул баракты браузерде ачыңыз.",
    RUSSIAN: "Пакет читается без интернета: скопируйте его в любую папку и откройте эту страницу в браузере.",
    ENGLISH: "The package can be read without a network: copy it to any folder and open this page in a browser.",
}

_TAG: Final = re.compile(r"<(a|link|form|img|source|track|video|audio|script)\b([^>]*)>", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"""(\s(?:href|src|action|poster)=)("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_PLAYER: Final = re.compile(r"<(video|audio)\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_LINK: Final = re.compile(r"<a\b([^>]*)>(.*?)</a\s*>", re.IGNORECASE | re.DOTALL)


def pack_case(
    files: Mapping[str, bytes],
    course: Course,
    language: LanguageTag,
    settings: Settings,
    search_entries: Sequence[bytes] = (),
) -> bytes:
    """The zip of a course in one language.

    `files` maps site paths to bytes: the course's pages, its media and other formats, the theme's assets, the
    language's search page. `search_entries` are those of the course's documents (`index_document`): the package is
    searched by itself. The same arguments give the same bytes. Raises KeyError when the course's first page is missing.
    """
    first = course_path(course.id, language)
    kept = {path: files[path] for path in (first, *files)}
    kept[index_path(language)] = merge_index(search_entries, language)
    note = _NOT_IN_PACKAGE[primary_language(language)]
    package = _Package(frozenset(kept) | {START}, settings.site_url, note, home_path(language))
    packed = {
        path: rewrite_page(data.decode(), path, package).encode() if path.endswith(".html") else data
        for path, data in kept.items()
    }
    search = search_path(language)
    if search in packed:
        alone = replace_search_page_body(files[search].decode(), Catalogue((language,), (course,)), language)
        packed[search] = rewrite_page(alone, search, package).encode()
    packed[START] = _start_page(course, language, settings, first, kept).encode()
    return _zip(packed, f"{course.id}-{language}")


@dataclass(frozen=True, slots=True)
class _Package:
    paths: frozenset[str]
    site_url: str
    note: str
    home: str


def rewrite_page(html: str, path: str, package: _Package) -> str:
    """The page at site path `path` with every address fit for a folder without a server."""
    html = _LINK.sub(lambda match: _rewrite_link(match, path, package), html)
    html = _PLAYER.sub(lambda match: _rewrite_player(match, path, package), html)
    return _TAG.sub(lambda match: _rewrite_tag(match, path, package), html)


def _rewrite_link(match: re.Match[str], path: str, package: _Package) -> str:
    """A link that leads nowhere from here becomes its words and a note."""
    address = _ADDRESS.search(match[1])
    if address is None or _resolve(_value(address[2]), path, package) is not None:
        return match[0]
    attributes = _ADDRESS.sub("", match[1])
    attributes = re.sub(r"""\s(?:hreflang|download|type|rel|target)(?:=("[^"]*"|'[^']*'|[^\s"'>]+))?""", "", attributes)
    return f"<span{attributes}>{match[2]} ({escape(package.note)})</span>"


def _rewrite_player(match: re.Match[str], path: str, package: _Package) -> str:
    """A player without any file that can be reached becomes a note."""
    addresses = [_ADDRESS.search(one[2]) for one in _TAG.finditer(match[2]) if one[1].lower() == "source"]
    if not addresses or any(one and _resolve(_value(one[2]), path, package) is not None for one in addresses):
        return match[0]
    return f"<p>({escape(package.note)})</p>"


def _rewrite_tag(match: re.Match[str], path: str, package: _Package) -> str:
    address = _ADDRESS.search(match[2])
    # The canonical address is the page's place on the web, wherever a copy lies.
    if address is None or re.search(r"\srel=[\"']?canonical\b", match[2]):
        return match[0]
    new = _resolve(_value(address[2]), path, package)
    if new is None:
        # A translation or another thing that is only named in the head: without it the page is the same. Of the files
        # that a player may choose from, those that are there remain.
        return "" if match[1].lower() in ("link", "source", "track") else match[0]
    attributes = match[2][: address.start()] + f'{address[1]}"{escape(new)}"' + match[2][address.end() :]
    return f"<{match[1]}{attributes}>"


def _resolve(address: str, path: str, package: _Package) -> str | None:
    """The address inside the package, or on the web; None where neither exists."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return _from_web(address, path, package)
    if not parts.path:
        return address
    target = posixpath.normpath(posixpath.join(posixpath.dirname("/" + path), unquote(parts.path))).lstrip("/")
    end = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    found = _find(target, package)
    if found is not None:
        return relative_url(found, path) + end
    return urljoin(package.site_url.rstrip("/") + "/", quote(target)) + end if package.site_url else None


def _from_web(address: str, path: str, package: _Package) -> str:
    """An address on the web, made one inside the package where it is a page of this site that the package has."""
    site = package.site_url.rstrip("/") + "/"
    if not package.site_url or not address.startswith(site):
        return address
    parts = urlsplit(address.removeprefix(site))
    found = _find(unquote(parts.path).rstrip("/") if parts.path else "", package)
    return address if found is None else relative_url(found, path) + (f"#{parts.fragment}" if parts.fragment else "")


def _find(target: str, package: _Package) -> str | None:
    # What the site's first pages do, the package's first page does.
    if target in (".", package.home):
        target = ""
    inside = f"{target}/{START}" if target else START
    return next((one for one in (target, inside) if one in package.paths), None)


def _value(written: str) -> str:
    return unescape(written.strip("\"'"))


def _start_page(
    course: Course, language: LanguageTag, settings: Settings, first: str, files: Mapping[str, bytes]
) -> str:
    """A first page that needs no style sheet: what this is, and the way in. The reader's preferences hold here too."""
    early = f'<script src="{_EARLY}"></script>\n' if _EARLY in files else ""
    styles = "".join(f'<link rel="stylesheet" href="{one}">\n' for one in _STYLES if one in files)
    own = primary_language(language)
    title = escape(course.title[language])
    site = escape(settings.site_name[own])
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title} — {site}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{early}{styles}<style>main {{ max-width: 40rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.6 }}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{site}</p>
<p>{escape(_EXPLANATION[own])}</p>
<p><a href="{escape(relative_url(first, START))}">{escape(_OPEN[own])}</a></p>
</main>
</body>
</html>
"""


def _zip(files: Mapping[str, bytes], folder: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{path}", _MOMENT)
            entry.compress_type = zipfile.ZIP_STORED if path.endswith(_COMPRESSED) else zipfile.ZIP_DEFLATED
            # Made as on Unix with ordinary rights, whatever system builds it.
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            package.writestr(entry, files[path], compresslevel=6)
    return target.getvalue()
