"""Renditions of a transcript: made in a thread when somebody first wants one, and then kept with the files.

They come from the frozen content alone, so the same is made again after a loss. What is not issued yet is made as a
preview and not kept.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from uuid import UUID

from litestar import Response
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from api.domains.files import service as files
from api.domains.files.errors import FileDamaged, FileInfected, FileQuarantined
from api.domains.files.rules import disposition
from api.domains.files.service import FileRules
from api.domains.transcripts.content import TranscriptContent
from api.domains.transcripts.document import Issue
from api.domains.transcripts.errors import RenditionUnavailable
from api.domains.transcripts.models import TranscriptFileRow
from api.domains.transcripts.rendering import Rendition, render
from api.domains.transcripts.rules import Format
from api.identity import Actor
from api.ids import new_id
from api.unit import Context, Unit
from builder.exports.unavailable import ProgramMissing

AT_ONCE: Final = 2
"""Renderings at a time in one process, however many are asked for. Our choice."""
LARGEST_BYTES: Final = 20_000_000
"""Of one file; those of a semester have 100,000."""
_POOL: Final = ThreadPoolExecutor(AT_ONCE, "transcripts")
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


async def make_rendition(content: TranscriptContent, issue: Issue, language: str, form: Format) -> Rendition:
    """Off the event loop. Raises RenditionUnavailable."""
    try:
        return await asyncio.get_running_loop().run_in_executor(_POOL, render, content, issue, language, form)
    except ProgramMissing as missing:
        raise RenditionUnavailable(program=missing.program) from missing


async def find_kept(unit: Unit, transcript_id: UUID, language: str, form: Format) -> bytes | None:
    """A rendition that was made already, checked against its digest. None when there is none, or it cannot be given
    (damaged, or waiting for a scanner that is away): then the same is made again."""
    file_id = await unit.session.scalar(
        select(TranscriptFileRow.file_id).where(
            TranscriptFileRow.transcript_id == transcript_id,
            TranscriptFileRow.language == language,
            TranscriptFileRow.format == form,
        )
    )
    if file_id is None:
        return None
    try:
        return await files.read_bytes(unit, file_id, LARGEST_BYTES)
    except (FileDamaged, FileInfected, FileQuarantined):
        return None


async def keep_rendition(
    context: Context, actor: Actor, transcript_id: UUID, person_id: UUID, language: str, made: Rendition, form: Format
) -> None:
    """Stores a finished rendition of an issued transcript; where another request was faster, that one stays. Called
    while no unit of work is open."""
    received = await files.receive(
        files.of_bytes(made.data), context, made.name, made.media_type, FileRules(LARGEST_BYTES, None)
    )
    async with context.writing(actor) as unit:
        file_id = await files.keep(unit, received, owner=person_id)
        insert = sqlite.insert if unit.session.get_bind().dialect.name == "sqlite" else postgresql.insert
        values = {
            "id": new_id(),
            "created_at": unit.now,
            "transcript_id": transcript_id,
            "language": language,
            "format": form.value,
            "file_id": file_id,
            "sha256": received.sha256,
        }
        kept = await unit.session.execute(
            insert(TranscriptFileRow).values(**values).on_conflict_do_nothing().returning(TranscriptFileRow.id)
        )
        if kept.first() is None:
            await files.release(unit, [file_id])


class _Attachment(Response[bytes]):
    """Keeps its own type: Litestar would put that of the handler first."""

    def to_asgi_response(self, *positional: Any, **named: Any) -> Any:
        return super().to_asgi_response(*positional, **{**named, "media_type": self.media_type})


def as_attachment(made: Rendition) -> Response[bytes]:
    """A finished file, never to be shown by a browser on our origin."""
    headers = {**_HEADERS, "Content-Disposition": disposition(made.name)}
    return _Attachment(made.data, media_type=made.media_type, headers=headers)
