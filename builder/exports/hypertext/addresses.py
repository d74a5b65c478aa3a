"""Which addresses a link may have, and how they are written."""

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

# What may not stand as it is in path, query and fragment (RFC 3986, 3.3 to 3.5), and whatever is no letter or digit
# of some script: RFC 3987 allows more of it, but not all.
_NOT_AFTER_HOST: Final = re.compile(r"[\x00-\x20\x7f\"#<>\[\\\]^`{|}]|%(?![0-9A-Fa-f]{2})|(?![\x00-\x7f])\W")
_UP_TO_HOST: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


def is_web_address(url: str) -> bool:
    """True for http and https addresses with a host, and for mailto and tel: nothing else may be followed."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme in ("http", "https"):
        if host is None or "[" in parts.netloc:
            return host is not None
        return all(name and all(map(_may_be_in_host, name)) for name in host.removesuffix(".").split("."))
    return parts.scheme in ("mailto", "tel") and bool(parts.path)


def _may_be_in_host(character: str) -> bool:
    return character in "-_" or unicodedata.category(character)[0] in "LMN"


def encode_address(address: str) -> str:
    """The address with everything percent-encoded that may not stand in one; letters of all scripts stay."""
    host = _UP_TO_HOST.match(address)
    start = host[0] if host else ""
    rest, mark, fragment = address[len(start) :].partition("#")
    return start + _NOT_AFTER_HOST.sub(_percent, rest) + mark + _NOT_AFTER_HOST.sub(_percent, fragment)


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode(errors="replace"))
