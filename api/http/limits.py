"""How much one client may ask: token buckets in this process's memory.

Several processes allow several times as much; what has to be exact (tries at signing in) is counted in the database
by the access domain.
"""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from litestar.types import Scope

MOST_BUCKETS: Final = 20_000
"""Of about 200 bytes each. When more clients come, those that were silent longest are forgotten: their buckets would
be full again, or nearly so. Our choice."""
FLOOD_FACTOR: Final = 20
"""How many clients may share one address, e.g. a campus. Our choice."""
UNKNOWN_ADDRESS: Final = "unknown"


class Buckets:
    """One bucket for each client: it holds as much as a minute allows, and fills evenly."""

    def __init__(
        self, per_minute: int, *, most: int = MOST_BUCKETS, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._capacity = float(per_minute)
        self._per_second = per_minute / 60
        self._most = most
        self._seconds = seconds
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, client: object) -> int:
        """Counts a request. 0 when it may pass, otherwise the seconds to wait, at least one."""
        now = self._seconds()
        level, since = self._buckets.pop(client, (self._capacity, now))
        level = min(self._capacity, level + (now - since) * self._per_second)
        passes = level >= 1
        self._buckets[client] = (level - 1 if passes else level, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return 0 if passes else max(1, math.ceil((1 - level) / self._per_second))


def client_address(scope: Scope, trusted: Sequence[str]) -> str:
    """Who sent the request, as far as can be believed: the peer, or, when that is a trusted proxy, the last address of
    X-Forwarded-For that is none. IPv6 counts by its /64, which is one household's or one laboratory's."""
    client = scope.get("client")
    address = client[0] if client else UNKNOWN_ADDRESS
    if address in trusted:
        forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
        for one in reversed(",".join(forwarded).split(",")):
            candidate = one.strip()
            if not candidate or _parsed(candidate) is None:
                break
            address = candidate
            if candidate not in trusted:
                break
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return address


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
