"""Which addresses a link may have, and how they are written."""

import re
from typing import Final
from urllib.parse import urlsplit

# What may stand neither in a URL (WHATWG URL, "URL code points") nor be meant by it.
_NOT_IN_URLS: Final = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})")
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
    return _NOT_IN_URLS.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), address)
