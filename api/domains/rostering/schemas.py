"""Reports of imports."""

from datetime import datetime
from uuid import UUID

from api.http.wire import Output


class RosterReport(Output):
    """`counts`: file -> outcome -> how many rows. `id` is None after a trial, of which nothing is stored."""

    id: UUID | None
    digest: str
    counts: dict[str, dict[str, int]]
    unread: list[str]


class RosterImportOut(Output):
    id: UUID
    imported_at: datetime
    digest: str
    size: int
    counts: dict[str, dict[str, int]]


class RosterRowOut(Output):
    file: str
    line: int
    source_id: str
    outcome: str
