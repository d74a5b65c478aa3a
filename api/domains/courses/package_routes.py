"""Routes of the e-course package: the report, what is declared, exemptions, the gate."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from api.domains.courses.entitlement import reach_of_courses, reach_of_packages, require_course
from api.domains.courses.errors import AlreadyEnded
from api.domains.courses.guards import (
    EXCEPT_FROM_GATE,
    EXEMPT,
    FILL_PACKAGES,
    READ_GATES,
    READ_PACKAGES,
    SET_GATES,
)
from api.domains.courses.models import CourseRow
from api.domains.courses.packages import (
    ask_for_package,
    declare_item,
    except_from_gate,
    exempt,
    find_gate,
    list_exemptions,
    list_gates,
    list_items,
    list_packages,
    revoke_exemption,
    set_gate,
    show_exemption,
    show_gate,
    show_item,
    show_package,
    show_readiness,
    withdraw_item,
)
from api.domains.courses.rules import GateState
from api.domains.courses.schemas import (
    ExceptionIn,
    ExemptionIn,
    ExemptionOut,
    GateIn,
    GateOut,
    PackageIn,
    PackageItemIn,
    PackageItemOut,
    PackageOut,
    ReadinessOut,
    ReasonIn,
)
from api.errors import NotAllowed, NotFound, SignInNeeded, StaleVersion, VersionNeeded, invalid
from api.http.exchange import Answer, TheExchange, tagged
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.policy import Action
from api.unit import Unit

_REFUSALS = (SignInNeeded, NotAllowed, NotFound)
ForSession = Annotated[UUID | None, QueryParameter(name="academic_session_id")]


@get(
    "/{course_id:uuid}/package-readiness",
    policy=READ_PACKAGES,
    problems=_REFUSALS,
    operation_id="read_package_readiness",
    tags=["packages"],
)
async def readiness(
    course_id: FromPath[UUID], exchange: TheExchange, academic_session_id: ForSession = None
) -> Response[ReadinessOut]:
    """What the course's e-course package lacks, per part, language and form, which line of the regulation asks for it,
    who answers for it, and what the gate of the session says today."""
    async with exchange.reading() as unit:
        row = await require_course(unit, course_id, await reach_of_packages(unit))
        content = await show_readiness(unit, row, academic_session_id, exchange.language)
    return Answer(content).response()


@get(
    "/{course_id:uuid}/package-items",
    policy=READ_PACKAGES,
    problems=_REFUSALS,
    operation_id="list_package_items",
    tags=["packages"],
)
async def items(
    course_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[PackageItemOut]]:
    """Parts that were declared, withdrawn ones too."""
    async with exchange.reading() as unit:
        await require_course(unit, course_id, await reach_of_packages(unit))
        query, order = list_items(course_id)
        return (await page(exchange, unit, query, order, show_item, cursor, limit)).response()


@post(
    "/{course_id:uuid}/package-items",
    policy=FILL_PACKAGES,
    idempotent=True,
    problems=_REFUSALS,
    operation_id="declare_package_item",
    tags=["packages"],
    status_code=201,
)
async def declare(
    course_id: FromPath[UUID], data: JSONBody[PackageItemIn], exchange: TheExchange
) -> Response[PackageItemOut]:
    """Declares a part of the package that the site's manifest cannot say: a syllabus, presentations, test questions.
    By who answers for the course, its instructors, its department, the registry."""

    async def work(unit: Unit) -> Answer:
        row = await require_course(unit, course_id, await reach_of_courses(unit, FILL_PACKAGES))
        return Answer(show_item(await declare_item(unit, row, data)), 201)

    return await exchange.once(work)


@get(
    "/{course_id:uuid}/package-exemptions",
    policy=READ_PACKAGES,
    problems=_REFUSALS,
    operation_id="list_package_exemptions",
    tags=["packages"],
)
async def exemptions(
    course_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[ExemptionOut]]:
    """Requirements that do not apply to the course and exceptions from the gate, with reason, author and dates; revoked
    ones too."""
    async with exchange.reading() as unit:
        await require_course(unit, course_id, await reach_of_packages(unit))
        query, order = list_exemptions(course_id)
        return (await page(exchange, unit, query, order, show_exemption, cursor, limit)).response()


@post(
    "/{course_id:uuid}/package-exemptions",
    policy=EXEMPT,
    idempotent=True,
    problems=_REFUSALS,
    operation_id="exempt_package",
    tags=["packages"],
    status_code=201,
)
async def exempt_course(
    course_id: FromPath[UUID], data: JSONBody[ExemptionIn], exchange: TheExchange
) -> Response[ExemptionOut]:
    """Registers that a requirement does not apply. Parts: by the department or the registry; accessible forms: by the
    inclusive-education office alone (clause 4.1 g)."""

    async def work(unit: Unit) -> Answer:
        row = await _course(unit, course_id, EXEMPT)
        return Answer(show_exemption(await exempt(unit, row, data)), 201)

    return await exchange.once(work)


@post(
    "/{course_id:uuid}/gate-exceptions",
    policy=EXCEPT_FROM_GATE,
    idempotent=True,
    problems=_REFUSALS,
    operation_id="except_from_gate",
    tags=["packages"],
    status_code=201,
)
async def except_course(
    course_id: FromPath[UUID], data: JSONBody[ExceptionIn], exchange: TheExchange
) -> Response[ExemptionOut]:
    """Lets classes of the course open until a day although its package is not complete. By the role that the gate of
    the session names."""

    async def work(unit: Unit) -> Answer:
        row = await _course(unit, course_id, EXCEPT_FROM_GATE)
        return Answer(show_exemption(await except_from_gate(unit, row, data)), 201)

    return await exchange.once(work)


async def _course(unit: Unit, course_id: UUID, action: Action) -> CourseRow:
    """Who may not do this to any course is told so first."""
    unit.reach(action)
    row = await unit.session.get(CourseRow, course_id)
    if row is None:
        raise NotFound()
    return row


@get("/", policy=READ_PACKAGES, problems=_REFUSALS, operation_id="list_packages", tags=["packages"])
async def show_packages(
    exchange: TheExchange,
    academic_session_id: ForSession = None,
    course_id: Annotated[UUID | None, QueryParameter(name="course_id")] = None,
    gate: Annotated[GateState | None, QueryParameter(name="gate", description="What the last look found")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[PackageOut]]:
    """Packages that courses owe to academic sessions."""
    async with exchange.reading() as unit:
        query, order = await list_packages(
            unit, academic_session_id=academic_session_id, course_id=course_id, state=gate
        )
        return (await page(exchange, unit, query, order, show_package, cursor, limit)).response()


@post(
    "/",
    policy=FILL_PACKAGES,
    idempotent=True,
    problems=_REFUSALS,
    operation_id="ask_for_package",
    tags=["packages"],
    status_code=201,
)
async def ask(data: JSONBody[PackageIn], exchange: TheExchange) -> Response[PackageOut]:
    """Notes that a course owes a package to a session, before it has classes. Asking again changes nothing."""

    async def work(unit: Unit) -> Answer:
        within = await reach_of_courses(unit, FILL_PACKAGES)
        try:
            row = await require_course(unit, data.course_id, within)
        except NotFound:
            raise invalid("/course_id", "unknown-record") from None
        return Answer(show_package(await ask_for_package(unit, row, data.academic_session_id)), 201)

    return await exchange.once(work)


@post(
    "/items/{item_id:uuid}/withdraw",
    policy=FILL_PACKAGES,
    idempotent=True,
    problems=(*_REFUSALS, AlreadyEnded),
    operation_id="withdraw_package_item",
    tags=["packages"],
    status_code=200,
)
async def withdraw(
    item_id: FromPath[UUID], data: JSONBody[ReasonIn], exchange: TheExchange
) -> Response[PackageItemOut]:
    """Withdraws a declared part, with the reason. It stays readable."""

    async def work(unit: Unit) -> Answer:
        return Answer(show_item(await withdraw_item(unit, item_id, data.reason)))

    return await exchange.once(work)


@post(
    "/exemptions/{exemption_id:uuid}/revoke",
    policy=EXEMPT,
    idempotent=True,
    problems=(*_REFUSALS, AlreadyEnded),
    operation_id="revoke_package_exemption",
    tags=["packages"],
    status_code=200,
)
async def revoke(
    exemption_id: FromPath[UUID], data: JSONBody[ReasonIn], exchange: TheExchange
) -> Response[ExemptionOut]:
    """Revokes an exemption or exception, with the reason, by whoever may grant it. It stays readable."""

    async def work(unit: Unit) -> Answer:
        return Answer(show_exemption(await revoke_exemption(unit, exemption_id, data.reason)))

    return await exchange.once(work)


@get("/", policy=READ_GATES, problems=_REFUSALS, operation_id="list_package_gates", tags=["packages"])
async def gates(exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50) -> Response[PageOf[GateOut]]:
    """By when packages have to be complete, per academic session."""
    async with exchange.reading() as unit:
        query, order = list_gates(unit)
        return (await page(exchange, unit, query, order, show_gate, cursor, limit)).response()


@get(
    "/{academic_session_id:uuid}",
    policy=READ_GATES,
    versioned=True,
    problems=_REFUSALS,
    operation_id="read_package_gate",
    tags=["packages"],
)
async def gate(academic_session_id: FromPath[UUID], exchange: TheExchange) -> Response[GateOut]:
    """The gate that the registry has set for a session."""
    async with exchange.reading() as unit:
        unit.reach(READ_GATES)
        row = await find_gate(unit, academic_session_id)
        if row is None:
            raise NotFound()
        return tagged(show_gate(row), row.version).response()


@put(
    "/{academic_session_id:uuid}",
    policy=SET_GATES,
    versioned=True,
    problems=(*_REFUSALS, VersionNeeded, StaleVersion),
    operation_id="set_package_gate",
    tags=["packages"],
)
async def put_gate(
    academic_session_id: FromPath[UUID], data: JSONBody[GateIn], exchange: TheExchange
) -> Response[GateOut]:
    """Sets the last day for completing packages, and the role that may grant exceptions. From then on classes of
    courses without a complete package are not opened after that day. Needs If-Match when the gate was set before."""
    async with exchange.writing() as unit:
        unit.require(SET_GATES)
        row = await find_gate(unit, academic_session_id, lock=True)
        if row is not None:
            exchange.check_version(row.version)
        row = await set_gate(unit, row, academic_session_id, data)
        answer = tagged(show_gate(row), row.version)
    return answer.response()


courses_packages = (readiness, items, declare, exemptions, exempt_course, except_course)
packages = Router("/v1/course-packages", route_handlers=[show_packages, ask, withdraw, revoke])
package_gates = Router("/v1/package-gates", route_handlers=[gates, gate, put_gate])
