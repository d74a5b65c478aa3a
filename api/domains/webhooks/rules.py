"""What is told to whom, what is sent, how it is signed, and where we send nothing. Pure.

Signature and headers follow Standard Webhooks 1.0 (https://www.standardwebhooks.com), for which libraries exist in
the usual languages.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from api.jobs.port import Backoff

SECRET_PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
OLD_SECRET_LIVES: Final = timedelta(hours=24)
"""Time for the receiver to change to the new one. Our choice."""
PACE: Final = Backoff(timedelta(seconds=30), 2.0, timedelta(hours=4), 15)
"""Fourteen pauses of 24.3 hours together: 30 s to 2 h 8 min, then 4 h five times. Our choice."""
LONGEST_ASKED_PAUSE: Final = timedelta(hours=4)
OWN_KINDS: Final = "webhook."
"""Events of this domain, which are not told to anybody."""
HEALTH_KINDS: Final = ("accommodation-", "attempt-start.", "item-rendition.")
"""That somebody has an accommodation, or needs a question in another form, tells about health (clause 4.1 c): no
webhook hears of it."""
SUSPICION_KINDS: Final = ("integrity-case.", "oral-check.", "similarity-run.")
"""What is suspected of somebody, or looked into, is for those who decide: no webhook hears of it."""
OWN_MAILS: Final = ("task.told", "class-result.outdated")
"""One for each person who has a mail of it: no webhook needs them, it hears of what has happened by another kind."""
_EMBEDDING_NETWORKS: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"))
"""IPv6 addresses that carry an IPv4 address to somewhere else: NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056)."""
_SHARED: Final = IPv4Network("100.64.0.0/10")  # RFC 6598; not global for Python either, named here for clarity


class WebhookState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    STOPPED = "stopped"
    """Not sent: the webhook was paused, or its owner's account has ended or lost its right."""


class Fault(StrEnum):
    """Why an attempt did not succeed."""

    STATUS = "status"
    """Another answer than 2xx; redirects too, which are not followed."""
    GONE = "gone"
    """410: the receiver wants no more of this."""
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    HOST_UNKNOWN = "host-unknown"
    ADDRESS_REFUSED = "address-refused"
    """The name points into a private network, or to this machine."""
    OWNER_ENDED = "owner-ended"
    PAUSED = "paused"


class UnfitUrl(Exception):
    """`code` names the field message."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_told(kinds: Iterable[str], subjects: Mapping[str, str], kind: str, ids: Mapping[str, str]) -> bool:
    """Whether a webhook of these kinds and subjects is told of an event."""
    if kind.startswith((OWN_KINDS, *HEALTH_KINDS, *SUSPICION_KINDS)) or kind in OWN_MAILS:
        return False
    noun = kind.partition(".")[0]
    return (kind in kinds or f"{noun}.*" in kinds) and all(ids.get(name) == id_ for name, id_ in subjects.items())


def check_url(url: str, *, production: bool) -> SplitResult:
    """The parts of an address that may be a target as far as its text says. Raises UnfitUrl."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise UnfitUrl("url-wrong-form")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UnfitUrl("url-wrong-form") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise UnfitUrl("url-wrong-form")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise UnfitUrl("url-with-extras")
    if production and parts.scheme != "https":
        raise UnfitUrl("url-not-https")
    if production and (parts.hostname == "localhost" or parts.hostname.endswith((".localhost", ".local", ".internal"))):
        raise UnfitUrl("url-not-public")
    if production and not is_public(parts.hostname, or_name=True):
        raise UnfitUrl("url-not-public")
    return parts


def is_public(address: str, *, or_name: bool = False) -> bool:
    """Whether an IP address is one of the Internet: not private, loopback, link-local, shared, reserved, multicast, nor
    an IPv6 address behind which such a one hides. What is no address: `or_name`."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return or_name and not _looks_like_number(address)
    if isinstance(found, IPv6Address):
        if found.scope_id is not None:
            return False
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found.teredo is not None or any(found in network for network in _EMBEDDING_NETWORKS):
            return False
    if isinstance(found, IPv4Address) and found in _SHARED:
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _looks_like_number(host: str) -> bool:
    """Spellings of IPv4 addresses that resolvers understand and `ipaddress` does not: 2130706433, 0x7f.1, 127.1
    (inet_aton). A name of the Internet never ends in such a part (RFC 3696, 2)."""
    last = host.rstrip(".").rpartition(".")[2].casefold()
    return last.isdigit() or (last.startswith("0x") and all(one in "0123456789abcdef" for one in last[2:]))


def body_of(event_id: UUID, kind: str, happened_at: datetime, ids: Mapping[str, str], person: UUID | None) -> bytes:
    """What is sent: JSON with ids only. The same bytes at every attempt."""
    about = {**ids, **({"person": str(person)} if person is not None else {})}
    body = {"id": str(event_id), "kind": kind, "happened_at": happened_at.isoformat(), "ids": about}
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def show_secret(secret: bytes) -> str:
    """As the receiver's library wants it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def signed_headers(event_id: UUID, body: bytes, secrets: Sequence[bytes], now: datetime) -> dict[str, str]:
    """The headers by which the receiver knows that it was us, and when: HMAC-SHA256 over id, time and body, once with
    each secret that is valid."""
    timestamp = str(int(now.timestamp()))
    content = b".".join((str(event_id).encode(), timestamp.encode(), body))
    signatures = (base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode() for secret in secrets)
    return {
        "content-type": "application/json",
        "webhook-id": str(event_id),
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
        "user-agent": "Jetki",
    }


def asked_pause(retry_after: str | None) -> timedelta | None:
    """The pause of a Retry-After header in seconds (RFC 9110, 10.2.3), at most four hours; dates are not heeded."""
    if retry_after is None or not (retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 9):
        return None
    return min(timedelta(seconds=int(retry_after)), LONGEST_ASKED_PAUSE) or None
