"""Works as their markers read them. While marking is blind nothing of address, answer or headers tells whose it is."""

from typing import Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from api.domains.assignments import handing_in
from api.domains.assignments.guards import MARK_WORK, MODERATE_WORK
from api.domains.assignments.models import SubmissionRow
from api.domains.assignments.routing.definitions import SERVING, FileNumber
from api.domains.assignments.rules import SubmissionState
from api.domains.assignments.schemas import BlindFileOut, MarkedWorkOut
from api.domains.files import service as files
from api.domains.files.service import numbered_name
from api.domains.grading import service as grading
from api.domains.grading.service import Marking, WorkKind
from api.domains.teaching.service import class_brief
from api.errors import NotFound
from api.http.exchange import TheExchange
from api.unit import Unit

TAGS: Final = ["markings"]


@get("/markings/{marking_id:uuid}/submission", policy=MARK_WORK, operation_id="get_marked_work", tags=TAGS)
async def get_marked_work(marking_id: FromPath[UUID], exchange: TheExchange) -> Response[MarkedWorkOut]:
    """The work of a marking: for the marker who has taken it, and the department head. Files are known by numbers. What
    stands inside the files is the student's own: a name on the title page is not taken out."""
    async with exchange.reading() as unit:
        marking, row = await _found(unit, marking_id)
        work = await handing_in.work_of(unit, row)
        return Response(
            MarkedWorkOut(
                code=marking.code,
                text=work.text,
                language=row.language,
                files=[
                    BlindFileOut(
                        number=place_,
                        media_type=described.media_type,
                        size=described.size,
                        is_served=described.is_served,
                    )
                    for place_, (_, described) in enumerate(work.files, 1)
                ],
            )
        )


@get(
    "/markings/{marking_id:uuid}/submission/files/{number:int}",
    policy=MARK_WORK,
    media_type="*/*",
    problems=SERVING,
    operation_id="get_marked_file",
    tags=TAGS,
)
async def get_marked_file(
    marking_id: FromPath[UUID], number: FromPath[FileNumber], exchange: TheExchange
) -> Response[bytes]:
    """A file of the work of a marking, as an attachment. Its name is its number."""
    async with exchange.reading() as unit:
        _, row = await _found(unit, marking_id)
        found = await handing_in.files_of(unit, row.id)
        if number > len(found):
            raise NotFound()
        file, described = found[number - 1]
        return await files.deliver(unit, file.file_id, name=numbered_name(number, described.media_type))


async def _found(unit: Unit, marking_id: UUID) -> tuple[Marking, SubmissionRow]:
    unit.reach(MARK_WORK)
    marking = await grading.marking_of(unit, marking_id)
    class_place = (await class_brief(unit, marking.class_id)).place
    is_marker = marking.marker_id is not None and marking.marker_id == unit.actor.person
    unit.require(MARK_WORK if is_marker else MODERATE_WORK, class_place)
    if marking.work_kind is not WorkKind.SUBMISSION:
        raise NotFound()
    row = await handing_in.find_submission(unit, marking.work_id)
    if row.state not in (SubmissionState.SUBMITTED, SubmissionState.SUPERSEDED):
        raise NotFound()
    return marking, row


handlers: Final = (get_marked_file, get_marked_work)
