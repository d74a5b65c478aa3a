"""Which addresses a link may have, and how they are written."""

import re
from typing import Final
from urllib.parse import urlsplit

# What may not stand as it is in path, query and fragment (WHATWG URL, "URL code points"; RFC 3986, 3.3 to 3.5).
_NOT_AFTER_HOST: Final = re.compile(r"[\x00-\x20\x7f\"#<>\[\\\]^`{|}]|%(?![0-9A-Fa-f]{2})")
_UP_TO_HOST: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_HOST: Final = re.compile(r"[^\x00-\x20\x7f\"#%/:<>?@\\^`{|}]+")


def is_web_address(url: str) -> bool:
    """True for http and https addresses with a host, and for mailto and tel: nothing else may be followed."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme in ("http", "https"):
        return bool(host) and ("[" in parts.netloc or _HOST.fullmatch(host or "") is not None)
    return parts.scheme in ("mailto", "tel") and bool(parts.path)


def encode_address(address: str) -> str:
    """The address with everything percent-encoded that may not stand in one; letters of all scripts stay."""
    host = _UP_TO_HOST.match(address)
    start = host[0] if host else ""
    rest, mark, fragment = address[len(start) :].partition("#")
    return start + _NOT_AFTER_HOST.sub(_percent, rest) + mark + _NOT_AFTER_HOST.sub(_percent, fragment)


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())
