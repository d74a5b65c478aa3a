"""Assignments over HTTP: define, announce, change, cancel; their files; lists."""

import hashlib
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta
from sqlalchemy import select

from api.domains.assignments import definitions
from api.domains.assignments.definitions import Assignment, Grading, NewAssignment, find_file
from api.domains.assignments.errors import FixedOnceAnnounced, TooManyFiles
from api.domains.assignments.guards import MANAGE, READ_ANY, VIEW
from api.domains.assignments.handing_in import require_open
from api.domains.assignments.lateness import reckon_again
from api.domains.assignments.models import AssignmentRow
from api.domains.assignments.routing.showing import show_assignment, show_line
from api.domains.assignments.schemas import (
    AssignmentChange,
    AssignmentIn,
    AssignmentLine,
    AssignmentOut,
    GradingIn,
    OwnFileOut,
    ReasonIn,
)
from api.domains.assignments.seeing import is_staff, managed, mine, mine_of_many, readable, takes, visible
from api.domains.conditions.errors import TaskNotOpenYet, TaskOver, WindowInvalid
from api.domains.conditions.service import find_tasks
from api.domains.files import service as files
from api.domains.files.errors import FileDamaged, FileInfected, FileQuarantined
from api.domains.files.service import FileRules, SentName
from api.domains.grading.errors import LineItemExists
from api.domains.teaching.service import class_brief
from api.errors import MoveNotAllowed, NotAllowed
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import Language, PageOf
from api.unit import Unit

TAGS: Final = ["assignments"]
MOST_OWN_BYTES: Final = 2_000_000_000
FileNumber = Annotated[int, Meta(ge=1, le=1_000_000)]
SERVING: Final = (FileDamaged, FileInfected, FileQuarantined)


@post(
    "/classes/{class_id:uuid}/assignments",
    policy=MANAGE,
    idempotent=True,
    problems=(WindowInvalid,),
    operation_id="create_assignment",
    tags=TAGS,
    status_code=201,
)
async def create_assignment(
    class_id: FromPath[UUID], data: JSONBody[AssignmentIn], exchange: TheExchange
) -> Response[AssignmentOut]:
    """Makes the draft of an assignment of a class: its instructors and department head. Students see nothing of it
    before it is announced. Where what is late is refused, it closes when it is due."""

    async def work(unit: Unit) -> Answer:
        brief = await class_brief(unit, class_id)
        unit.require(MANAGE, brief.place, seen_by=VIEW)
        values = {name: getattr(data, name) for name in data.__struct_fields__}
        values["grading"] = _grading(data.grading)
        id_ = await definitions.create_assignment(unit, brief, NewAssignment(class_id=class_id, **values))
        one = await definitions.find_assignment(unit, id_)
        shown = await show_assignment(unit, one)
        return tagged(shown, shown.version, 201, {"Location": f"/v1/assignments/{id_}"})

    return await exchange.once(work)


def _grading(data: GradingIn | None) -> Grading | None:
    if data is None:
        return None
    return Grading(
        code=data.code,
        category=data.category,
        weight=Decimal(data.weight),
        max_points=Decimal(data.max_points),
        rubric_version_id=data.rubric_version_id,
        is_blind=data.is_blind,
        second_marker=data.second_marker,
        threshold=Decimal(data.threshold),
    )


@get("/assignments", policy=READ_ANY, operation_id="list_assignments", tags=TAGS)
async def list_assignments(
    exchange: TheExchange,
    class_id: FromQuery[UUID | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[AssignmentLine]]:
    """The assignments of the actor's classes: staff see drafts too, students what was announced, each with their own
    effective moments and the state of their own work."""
    async with exchange.reading() as unit:
        query = select(AssignmentRow).where(visible(unit))
        if class_id is not None:
            query = query.where(AssignmentRow.class_id == class_id)
        rows: list[Any] = []
        answer = await page(exchange, unit, query, [AssignmentRow.id], rows.append, cursor, limit)
        tasks = await find_tasks(unit, [row.id for row in rows])
        ones = [Assignment(row, tasks[row.id]) for row in rows]
        person_id = unit.actor.person
        own = [] if person_id is None else [one for one in ones if takes(unit, one)]
        seen = {} if person_id is None else await mine_of_many(unit, own, person_id)
        answer.content.items = [show_line(unit, one, seen.get(one.row.id)) for one in ones]
        return answer.response()


@get("/assignments/{assignment_id:uuid}", policy=READ_ANY, versioned=True, operation_id="get_assignment", tags=TAGS)
async def get_assignment(assignment_id: FromPath[UUID], exchange: TheExchange) -> Response[AssignmentOut]:
    """One assignment. A student sees what holds for them in `mine`, with the records that it comes from; what is to be
    done and the files of the assignment only from the opening on, the files until the own close."""
    async with exchange.reading() as unit:
        return _tagged(await show_assignment(unit, await readable(unit, assignment_id))).response()


def _tagged(shown: AssignmentOut, status: int = 200) -> Answer:
    """What a student sees changes with time and without anybody writing: the tag is one of all that is shown."""
    if shown.mine is None:
        return tagged(shown, shown.version, status)
    digest = hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:16]
    return Answer(shown, status, {"ETag": f'"{shown.version}-{digest}"'})


@patch(
    "/assignments/{assignment_id:uuid}",
    policy=MANAGE,
    versioned=True,
    problems=(FixedOnceAnnounced, MoveNotAllowed, WindowInvalid),
    operation_id="change_assignment",
    tags=TAGS,
)
async def change_assignment(
    assignment_id: FromPath[UUID], data: JSONBody[AssignmentChange], exchange: TheExchange
) -> Response[AssignmentOut]:
    """Changes an assignment, with a reason. Other times move everybody's window, each with its own addition; a smaller
    penalty is for those too who were late already."""
    async with exchange.writing() as unit:
        one = await managed(unit, assignment_id, lock=True)
        exchange.check_version(one.row.version)
        changes = {
            name: value
            for name in data.__struct_fields__
            if name != "reason" and (value := getattr(data, name)) is not msgspec.UNSET
        }
        if "grading" in changes:
            changes["grading"] = _grading(changes["grading"])
        await definitions.change_assignment(unit, one, changes, data.reason)
        if "penalty_percent" in changes:
            await reckon_again(unit, assignment_id)
        return _tagged(await show_assignment(unit, await definitions.find_assignment(unit, assignment_id))).response()


@post(
    "/assignments/{assignment_id:uuid}/announce",
    policy=MANAGE,
    idempotent=True,
    problems=(LineItemExists, MoveNotAllowed),
    operation_id="announce_assignment",
    tags=TAGS,
    status_code=200,
)
async def announce_assignment(assignment_id: FromPath[UUID], exchange: TheExchange) -> Response[AssignmentOut]:
    """Shows the assignment to the students of the class, and makes its column of the journal. Agreed accommodations
    hold for it from this moment without anybody doing anything."""

    async def work(unit: Unit) -> Answer:
        one = await managed(unit, assignment_id, lock=True)
        await definitions.announce(unit, one)
        return _tagged(await show_assignment(unit, await definitions.find_assignment(unit, assignment_id)))

    return await exchange.once(work)


@post(
    "/assignments/{assignment_id:uuid}/cancel",
    policy=MANAGE,
    idempotent=True,
    problems=(MoveNotAllowed,),
    operation_id="cancel_assignment",
    tags=TAGS,
    status_code=200,
)
async def cancel_assignment(
    assignment_id: FromPath[UUID], data: JSONBody[ReasonIn], exchange: TheExchange
) -> Response[AssignmentOut]:
    """Cancels the assignment, with a reason. Nothing more is taken; what was handed in is kept."""

    async def work(unit: Unit) -> Answer:
        one = await managed(unit, assignment_id, lock=True)
        await definitions.cancel(unit, one, data.reason)
        return _tagged(await show_assignment(unit, await definitions.find_assignment(unit, assignment_id)))

    return await exchange.once(work)


@post(
    "/assignments/{assignment_id:uuid}/files",
    policy=MANAGE,
    accepts=files.ANYTHING,
    request_max_body_size=files.LARGEST_BYTES,
    problems=(*files.UPLOAD_PROBLEMS, TooManyFiles),
    operation_id="attach_assignment_file",
    tags=TAGS,
    status_code=201,
)
async def attach_file(
    assignment_id: FromPath[UUID],
    disposition: SentName,
    exchange: TheExchange,
    language: FromQuery[Language | None] = None,
) -> Response[OwnFileOut]:
    """Adds a file to the assignment, as the body of the request; its name stands in Content-Disposition."""
    name = files.sent_name(disposition)
    async with exchange.reading() as unit:
        await managed(unit, assignment_id)
    rules = FileRules(MOST_OWN_BYTES)
    received = await files.receive(exchange, exchange.context, name, files.sent_type(exchange), rules)
    async with exchange.writing() as unit:
        one = await managed(unit, assignment_id, lock=True)
        row = await definitions.attach(unit, one, received, language)
    shown = OwnFileOut(
        number=row.number,
        name=received.name,
        media_type=received.media_type,
        size=received.size,
        language=row.language,
    )
    return Answer(shown, 201, {"Location": f"/v1/assignments/{assignment_id}/files/{row.number}"}).response()


@get(
    "/assignments/{assignment_id:uuid}/files/{number:int}",
    policy=READ_ANY,
    media_type="*/*",
    problems=(*SERVING, TaskNotOpenYet, TaskOver),
    operation_id="get_assignment_file",
    tags=TAGS,
)
async def get_file(
    assignment_id: FromPath[UUID], number: FromPath[FileNumber], exchange: TheExchange
) -> Response[bytes]:
    """A file of the assignment, as an attachment. For students while their own window is open: an extension or an
    accommodation holds for it too."""
    async with exchange.reading() as unit:
        one = await readable(unit, assignment_id)
        row = find_file(one, number)
        if not is_staff(unit, one):
            person_id = unit.actor.person
            if person_id is None:
                raise NotAllowed()
            require_open(unit, one, (await mine(unit, one, person_id)).window)
        return await files.deliver(unit, row.file_id)


@delete(
    "/assignments/{assignment_id:uuid}/files/{number:int}",
    policy=MANAGE,
    operation_id="detach_assignment_file",
    tags=TAGS,
    status_code=204,
)
async def detach_file(assignment_id: FromPath[UUID], number: FromPath[FileNumber], exchange: TheExchange) -> None:
    """Takes a file away from the assignment; who has it keeps it, and it stays on record."""
    async with exchange.writing() as unit:
        await definitions.detach(unit, await managed(unit, assignment_id, lock=True), number)


handlers: Final = (
    announce_assignment,
    attach_file,
    cancel_assignment,
    change_assignment,
    create_assignment,
    detach_file,
    get_assignment,
    get_file,
    list_assignments,
)
