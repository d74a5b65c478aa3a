"""The e-course package: what it lacks, what people declare, exemptions, and the gate by date (clauses 4.1 d, 5.2)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from api.domains.courses.entitlement import reach_of_courses, reach_of_packages, reached_courses, sits_on_council
from api.domains.courses.errors import AlreadyEnded
from api.domains.courses.guards import (
    EXCEPT_FROM_GATE,
    EXEMPT_FROM_FORMS,
    EXEMPT_FROM_PARTS,
    FILL_PACKAGES,
    READ_GATES,
    SET_GATES,
)
from api.domains.courses.models import (
    CourseRow,
    LibraryLinkCourseRow,
    LibraryLinkRow,
    PackageExemptionRow,
    PackageGateRow,
    PackageItemRow,
    PackageRow,
    ResourceFacetRow,
    ResourceRow,
)
from api.domains.courses.rules import (
    ANY,
    CLOSING_DAYS,
    REQUIREMENTS,
    CourseReach,
    Declared,
    GateState,
    PackageContents,
    PackageResource,
    ReadinessLine,
    ResourceState,
    Waived,
    assess_package,
    gate_state,
    is_complete,
    missing_lines,
    ordered_languages,
)
from api.domains.courses.schemas import (
    ExceptionIn,
    ExemptionIn,
    ExemptionOut,
    GateIn,
    GateOut,
    PackageItemIn,
    PackageItemOut,
    PackageOut,
    ReadinessLineOut,
    ReadinessOut,
)
from api.domains.people.service import chunks
from api.domains.teaching.service import courses_in_session, current_sessions, session_brief, session_briefs
from api.errors import NotAllowed, NotFound, invalid, words_of
from api.events import Event
from api.identity import Role, system_actor
from api.ids import new_id
from api.unit import Context, Unit

JOB: Final = system_actor("job:package-gates")
LOCK: Final = 0x6A65746B6A
"""One look at the gates at a time, on PostgreSQL; SQLite has one writer anyway."""
AT_ONCE: Final = 200
"""Courses in one transaction of the job."""
Order = Sequence[InstrumentedAttribute[Any]]


# What a package holds


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate of an academic session. Where the registry has set none, it is the day before the session begins, which
    is shown and told, but holds no class back."""

    due_on: date
    closing_days: int
    exceptions_by: Role
    is_set: bool


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is known of one course's package on a day."""

    lines: tuple[ReadinessLine, ...]
    gate: Gate | None
    excepted_until: date | None
    on: date

    @property
    def complete(self) -> bool:
        return is_complete(self.lines)

    @property
    def missing(self) -> list[str]:
        """`<requirement>/<language>`."""
        return [f"{one.requirement.code}/{one.language}" for one in missing_lines(self.lines)]

    @property
    def state(self) -> GateState | None:
        if self.gate is None:
            return None
        return gate_state(
            complete=self.complete,
            due_on=self.gate.due_on,
            closing_days=self.gate.closing_days,
            excepted_until=self.excepted_until,
            on=self.on,
        )


async def gate_of(unit: Unit, academic_session_id: UUID) -> Gate:
    """Raises NotFound when there is no such session."""
    session = await session_brief(unit, academic_session_id)
    row = await unit.session.scalar(
        select(PackageGateRow).where(PackageGateRow.academic_session_id == academic_session_id)
    )
    if row is None:
        return Gate(session.starts_on - timedelta(days=1), CLOSING_DAYS, Role.REGISTRY, False)
    return Gate(row.due_on, row.closing_days, Role(row.exceptions_by), True)


async def readiness_of(
    unit: Unit, courses: Sequence[CourseRow], academic_session_id: UUID | None, on: date
) -> dict[UUID, Readiness]:
    """The packages of several courses for a session (or for none in particular), in a few queries."""
    gate = None if academic_session_id is None else await gate_of(unit, academic_session_id)
    found: dict[UUID, Readiness] = {}
    for chunk in chunks(courses):
        ids = [row.id for row in chunk]
        resources = await _resources(unit, ids)
        declared = await _declared(unit, ids, academic_session_id)
        waived, excepted = await _exemptions(unit, ids, academic_session_id, on)
        linked = await _linked(unit, ids, on)
        for row in chunk:
            contents = PackageContents(
                ordered_languages(row.languages),
                tuple(resources[row.id]),
                tuple(declared[row.id]),
                frozenset(waived[row.id]),
                linked.get(row.id),
            )
            found[row.id] = Readiness(assess_package(contents), gate, excepted.get(row.id), on)
    return found


async def _resources(unit: Unit, courses: Sequence[UUID]) -> dict[UUID, list[PackageResource]]:
    table, facet = ResourceRow, ResourceFacetRow
    is_published = (table.course_id.in_(courses), table.state == ResourceState.PUBLISHED)
    forms: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
    for id_, form, language in await unit.session.execute(
        select(facet.resource_id, facet.facet, facet.language)
        .join(table, table.id == facet.resource_id)
        .where(*is_published, facet.language != ANY)
    ):
        forms[id_].add((form, language))
    found: dict[UUID, list[PackageResource]] = defaultdict(list)
    rows = await unit.session.execute(
        select(table.id, table.course_id, table.kind, table.name, table.type, table.languages)
        .where(*is_published)
        .order_by(table.place, table.id)
    )
    for id_, course_id, kind, name, type_, languages in rows:
        found[course_id].append(PackageResource(id_, kind, name, type_, frozenset(languages), frozenset(forms[id_])))
    return found


async def _declared(
    unit: Unit, courses: Sequence[UUID], academic_session_id: UUID | None
) -> dict[UUID, list[Declared]]:
    """A declared part counts as long as the resource that it names is published."""
    table = PackageItemRow
    rows = await unit.session.execute(
        select(table.course_id, table.part, table.languages)
        .outerjoin(ResourceRow, ResourceRow.id == table.resource_id)
        .where(
            table.course_id.in_(courses),
            table.withdrawn_at.is_(None),
            or_(table.academic_session_id.is_(None), table.academic_session_id == academic_session_id),
            or_(table.resource_id.is_(None), ResourceRow.state == ResourceState.PUBLISHED),
        )
    )
    found: dict[UUID, list[Declared]] = defaultdict(list)
    for course_id, part, languages in rows:
        found[course_id].append(Declared(part, frozenset(languages)))
    return found


async def _exemptions(
    unit: Unit, courses: Sequence[UUID], academic_session_id: UUID | None, on: date
) -> tuple[dict[UUID, set[Waived]], dict[UUID, date]]:
    """Requirements that do not apply on that day, and until when the whole gate is excepted."""
    table = PackageExemptionRow
    rows = await unit.session.execute(
        select(table.course_id, table.requirement, table.language, table.ends_on).where(
            table.course_id.in_(courses),
            table.revoked_at.is_(None),
            or_(table.academic_session_id.is_(None), table.academic_session_id == academic_session_id),
            table.starts_on <= on,
            or_(table.ends_on.is_(None), table.ends_on >= on),
        )
    )
    waived: dict[UUID, set[Waived]] = defaultdict(set)
    excepted: dict[UUID, date] = {}
    for course_id, requirement, language, ends_on in rows:
        if requirement is not None:
            waived[course_id].add(Waived(requirement, language))
        elif ends_on is not None:
            excepted[course_id] = max(ends_on, excepted.get(course_id, ends_on))
    return waived, excepted


async def _linked(unit: Unit, courses: Sequence[UUID], on: date) -> dict[UUID, frozenset[str]]:
    """Languages of the library links in force that name the course; a licence for everything is no reading list."""
    link, covered = LibraryLinkRow, LibraryLinkCourseRow
    rows = await unit.session.execute(
        select(covered.course_id, link.languages)
        .join(link, link.id == covered.link_id)
        .where(covered.course_id.in_(courses), link.starts_on <= on, or_(link.ends_on.is_(None), link.ends_on >= on))
    )
    found: dict[UUID, frozenset[str]] = {}
    wordless: set[UUID] = set()
    for course_id, languages in rows:
        found[course_id] = found.get(course_id, frozenset()) | frozenset(languages)
        if not languages:
            wordless.add(course_id)
    return {course_id: frozenset() if course_id in wordless else tags for course_id, tags in found.items()}


# The report and the job


async def show_readiness(unit: Unit, row: CourseRow, academic_session_id: UUID | None, language: str) -> ReadinessOut:
    """The report on one course today, with words in the reader's language."""
    found = (await readiness_of(unit, [row], academic_session_id, unit.today))[row.id]
    return ReadinessOut(
        course_id=row.id,
        academic_session_id=academic_session_id,
        complete=found.complete,
        lines=[_show_line(one, language) for one in found.lines],
        missing=found.missing,
        unit_id=row.unit_id,
        unit_names=row.unit_names,
        responsible_id=row.responsible_id,
        responsible_names=[one["name"] for one in row.people if one["role"] == "responsible"],
        gate=found.state,
        due_on=None if found.gate is None else found.gate.due_on,
        is_gate_set=found.gate is not None and found.gate.is_set,
        excepted_until=found.excepted_until,
    )


def _show_line(line: ReadinessLine, language: str) -> ReadinessLineOut:
    return ReadinessLineOut(
        requirement=line.requirement.code,
        title=words_of(f"requirement-{line.requirement.code}", "message", language, {}),
        weight=line.requirement.weight,
        clauses=list(line.requirement.clauses),
        language=line.language,
        state=line.state,
        lacking=list(line.lacking),
    )


async def check_gates(context: Context) -> int:
    """Looks at every package that is owed to a session which is near or running, and writes down what the gate says.

    Gives the number of packages that are told as missing now. `package.missing` is told once for a course and session,
    whatever happens later; looking again changes nothing.
    """
    told = 0
    for academic_session_id, courses in (await _owed(context)).items():
        for chunk in _parts(courses):
            async with context.writing(JOB) as unit:
                unit.asked = True
                told += await _check(unit, academic_session_id, chunk)
    return told


async def _owed(context: Context) -> dict[UUID, list[UUID]]:
    """Session -> courses: packages that were asked for, and courses with classes in the sessions that are open now or
    open by the time a gate closes. What is over is left as it is."""
    owed: dict[UUID, set[UUID]] = defaultdict(set)
    async with context.reading(JOB) as unit:
        near = [
            *await current_sessions(unit),
            *await current_sessions(unit, unit.today + timedelta(days=CLOSING_DAYS + 1)),
        ]
        asked = await unit.session.execute(select(PackageRow.academic_session_id, PackageRow.course_id))
        for academic_session_id, course_id in asked:
            owed[academic_session_id].add(course_id)
        gates = await unit.session.scalars(select(PackageGateRow.academic_session_id))
        for id_ in {*(one.id for one in near), *gates}:
            owed[id_] |= set(await courses_in_session(unit, id_))
        sessions = await session_briefs(unit, owed)
        live = {id_ for id_, one in sessions.items() if one.ends_on >= unit.today}
    return {id_: sorted(courses) for id_, courses in sorted(owed.items()) if id_ in live}


async def _check(unit: Unit, academic_session_id: UUID, courses: Sequence[UUID]) -> int:
    if unit.session.get_bind().dialect.name == "postgresql":
        await unit.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    await add_packages(unit, academic_session_id, courses)
    rows = list(await unit.session.scalars(select(CourseRow).where(CourseRow.id.in_(courses))))
    found = await readiness_of(unit, rows, academic_session_id, unit.today)
    packages = await unit.session.scalars(
        select(PackageRow)
        .where(PackageRow.academic_session_id == academic_session_id, PackageRow.course_id.in_(courses))
        .order_by(PackageRow.id)
        .with_for_update()
    )
    told = 0
    for package in packages:
        state = found[package.course_id].state or GateState.OPEN
        if package.state != state:
            package.state = state
        if state is GateState.FAILED and package.missing_told_at is None:
            package.missing_told_at = unit.now
            ids = {"course": package.course_id, "session": academic_session_id, "package": package.id}
            await unit.emit(Event("package.missing", ids))
            told += 1
    return told


async def add_packages(unit: Unit, academic_session_id: UUID, courses: Iterable[UUID]) -> None:
    """Notes that the courses owe packages to the session; those noted before stay as they are."""
    insert = postgresql.insert if unit.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [
        {
            "id": new_id(),
            "created_at": unit.now,
            "course_id": course_id,
            "academic_session_id": academic_session_id,
            "state": GateState.OPEN,
            "version": 1,
        }
        for course_id in courses
    ]
    for chunk in chunks(rows):
        await unit.session.execute(insert(PackageRow).values(chunk).on_conflict_do_nothing())


def _parts(courses: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (courses[start : start + AT_ONCE] for start in range(0, len(courses), AT_ONCE))


async def list_packages(
    unit: Unit, *, academic_session_id: UUID | None, course_id: UUID | None, state: GateState | None
) -> tuple[Select[Any], Order]:
    """The packages of the courses that the actor answers for, in any way."""
    table = PackageRow
    within = await reach_of_packages(unit)
    require_some(unit, within)
    conditions = [reached_courses(within, table.course_id)]
    for column, wanted in (
        (table.academic_session_id, academic_session_id),
        (table.course_id, course_id),
        (table.state, state),
    ):
        if wanted is not None:
            conditions.append(column == wanted)
    return select(table).where(*conditions), (table.id,)


def require_some(unit: Unit, within: CourseReach) -> None:
    """Who reaches nothing is told so. Raises SignInNeeded, NotAllowed."""
    if within.is_empty:
        unit.reach(READ_GATES)
        raise NotAllowed()


async def ask_for_package(unit: Unit, row: CourseRow, academic_session_id: UUID) -> PackageRow:
    """The package; asking again changes nothing. Raises InvalidFields."""
    await require_session(unit, academic_session_id)
    await add_packages(unit, academic_session_id, [row.id])
    package = (
        await unit.session.scalars(
            select(PackageRow).where(
                PackageRow.course_id == row.id, PackageRow.academic_session_id == academic_session_id
            )
        )
    ).one()
    state = (await readiness_of(unit, [row], academic_session_id, unit.today))[row.id].state
    if state is not None and package.state != state:
        package.state = state
        await unit.session.flush()
    return package


def show_package(row: PackageRow) -> PackageOut:
    return PackageOut(
        id=row.id,
        course_id=row.course_id,
        academic_session_id=row.academic_session_id,
        state=GateState(row.state),
        missing_told_at=row.missing_told_at,
    )


async def require_session(unit: Unit, academic_session_id: UUID | None) -> None:
    """Raises InvalidFields when the body names a session that does not exist."""
    if academic_session_id is not None:
        try:
            await session_brief(unit, academic_session_id)
        except NotFound:
            raise invalid("/academic_session_id", "unknown-record") from None


# Declared parts


async def declare_item(unit: Unit, row: CourseRow, data: PackageItemIn) -> PackageItemRow:
    """Raises InvalidFields."""
    await require_session(unit, data.academic_session_id)
    if (data.resource_id is None) == (data.reference is None):
        raise invalid("/resource_id", "resource-or-reference")
    if data.resource_id is not None:
        resource = await unit.session.get(ResourceRow, data.resource_id)
        if resource is None or resource.course_id != row.id or resource.state != ResourceState.PUBLISHED:
            raise invalid("/resource_id", "unknown-record")
    item = PackageItemRow(
        created_at=unit.now,
        course_id=row.id,
        academic_session_id=data.academic_session_id,
        part=data.part,
        languages=list(ordered_languages(data.languages)),
        title=data.title,
        resource_id=data.resource_id,
        reference=data.reference,
        declared_by=unit.actor.account,
    )
    unit.session.add(item)
    await unit.session.flush()
    unit.record("declare", "package-item", item.id, part=data.part.value)
    return item


async def withdraw_item(unit: Unit, item_id: UUID, reason: str) -> PackageItemRow:
    """Raises NotFound, SignInNeeded, NotAllowed, AlreadyEnded."""
    row = await unit.session.get(PackageItemRow, item_id, with_for_update=True, populate_existing=True)
    await _require_reached(unit, None if row is None else row.course_id, await reach_of_courses(unit, FILL_PACKAGES))
    if row is None:
        raise NotFound()
    if row.withdrawn_at is not None:
        raise AlreadyEnded()
    row.withdrawn_at, row.withdrawn_by, row.withdrawal_reason = unit.now, unit.actor.account, reason
    unit.record("withdraw", "package-item", row.id)
    await unit.session.flush()
    return row


async def _require_reached(unit: Unit, course_id: UUID | None, within: CourseReach) -> None:
    """Raises NotFound for what belongs to a course that the actor does not reach, and for what does not exist."""
    require_some(unit, within)
    is_reached = select(CourseRow.id).where(CourseRow.id == course_id, reached_courses(within, CourseRow.id))
    if course_id is None or await unit.session.scalar(is_reached) is None:
        raise NotFound()


def list_items(course_id: UUID) -> tuple[Select[Any], Order]:
    return select(PackageItemRow).where(PackageItemRow.course_id == course_id), (PackageItemRow.id,)


def show_item(row: PackageItemRow) -> PackageItemOut:
    return PackageItemOut(
        id=row.id,
        course_id=row.course_id,
        academic_session_id=row.academic_session_id,
        part=row.part,  # type: ignore[arg-type]  # the same word; msgspec writes both alike
        languages=row.languages,
        title=row.title,
        resource_id=row.resource_id,
        reference=row.reference,
        declared_at=row.created_at,
        declared_by=row.declared_by,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
        withdrawal_reason=row.withdrawal_reason,
    )


# Exemptions and exceptions


async def exempt(unit: Unit, row: CourseRow, data: ExemptionIn) -> PackageExemptionRow:
    """A requirement that does not apply. Parts are the department's to waive, accessible forms the inclusive-education
    office's (clause 4.1 g). Raises SignInNeeded, NotAllowed, InvalidFields."""
    requirement = REQUIREMENTS.get(data.requirement)
    if requirement is None:
        raise invalid("/requirement", "unknown-value")
    action = EXEMPT_FROM_PARTS if requirement.part is not None else EXEMPT_FROM_FORMS
    await _require_course_reached(unit, row, await reach_of_courses(unit, action))
    await require_session(unit, data.academic_session_id)
    if data.ends_on is not None and data.ends_on < data.starts_on:
        raise invalid("/ends_on", "end-before-start")
    return await _add_exemption(
        unit,
        PackageExemptionRow(
            created_at=unit.now,
            course_id=row.id,
            academic_session_id=data.academic_session_id,
            requirement=requirement.code,
            language=data.language,
            reason=data.reason,
            starts_on=data.starts_on,
            ends_on=data.ends_on,
            granted_by=unit.actor.account,
        ),
    )


async def except_from_gate(unit: Unit, row: CourseRow, data: ExceptionIn) -> PackageExemptionRow:
    """Lets the course pass the gate until a day, by the role that the gate names. Raises SignInNeeded, NotAllowed,
    InvalidFields."""
    await require_session(unit, data.academic_session_id)
    gate = await gate_of(unit, data.academic_session_id)
    await _require_grantor(unit, row, gate)
    session = await session_brief(unit, data.academic_session_id)
    if data.ends_on < unit.today:
        raise invalid("/ends_on", "in-the-past")
    if data.ends_on > session.ends_on:
        raise invalid("/ends_on", "after-session", ends_on=session.ends_on.isoformat())
    return await _add_exemption(
        unit,
        PackageExemptionRow(
            created_at=unit.now,
            course_id=row.id,
            academic_session_id=data.academic_session_id,
            reason=data.reason,
            starts_on=unit.today,
            ends_on=data.ends_on,
            granted_by=unit.actor.account,
        ),
    )


async def _require_grantor(unit: Unit, row: CourseRow, gate: Gate) -> None:
    if gate.exceptions_by is Role.COMMISSION:
        unit.reach(EXCEPT_FROM_GATE)
        if not await sits_on_council(unit):
            raise NotAllowed()
        return
    await _require_course_reached(
        unit, row, await reach_of_courses(unit, replace(EXCEPT_FROM_GATE, grants=(gate.exceptions_by,)))
    )


async def _require_course_reached(unit: Unit, row: CourseRow, within: CourseReach) -> None:
    condition = reached_courses(within, CourseRow.id)
    if await unit.session.scalar(select(CourseRow.id).where(CourseRow.id == row.id, condition)) is None:
        unit.reach(EXCEPT_FROM_GATE)  # a visitor is asked to sign in
        raise NotAllowed()


async def _add_exemption(unit: Unit, row: PackageExemptionRow) -> PackageExemptionRow:
    unit.session.add(row)
    await unit.session.flush()
    unit.record("grant", "package-exemption", row.id, requirement=row.requirement or "gate")
    ids = {"course": row.course_id, "exemption": row.id}
    await unit.emit(Event("package.exempted", ids, codes={"requirement": row.requirement or "gate"}))
    return row


async def revoke_exemption(unit: Unit, exemption_id: UUID, reason: str) -> PackageExemptionRow:
    """By whoever may grant it. Raises NotFound, SignInNeeded, NotAllowed, AlreadyEnded."""
    row = await unit.session.get(PackageExemptionRow, exemption_id, with_for_update=True, populate_existing=True)
    await _require_reached(unit, None if row is None else row.course_id, await reach_of_packages(unit))
    if row is None:
        raise NotFound()
    course = await unit.session.get_one(CourseRow, row.course_id)
    if row.requirement is None and row.academic_session_id is not None:
        await _require_grantor(unit, course, await gate_of(unit, row.academic_session_id))
    else:
        is_part = REQUIREMENTS[row.requirement or ""].part is not None
        await _require_course_reached(
            unit, course, await reach_of_courses(unit, EXEMPT_FROM_PARTS if is_part else EXEMPT_FROM_FORMS)
        )
    if row.revoked_at is not None:
        raise AlreadyEnded()
    row.revoked_at, row.revoked_by, row.revocation_reason = unit.now, unit.actor.account, reason
    unit.record("revoke", "package-exemption", row.id)
    await unit.session.flush()
    return row


def list_exemptions(course_id: UUID) -> tuple[Select[Any], Order]:
    return select(PackageExemptionRow).where(PackageExemptionRow.course_id == course_id), (PackageExemptionRow.id,)


def show_exemption(row: PackageExemptionRow) -> ExemptionOut:
    return ExemptionOut(
        id=row.id,
        course_id=row.course_id,
        academic_session_id=row.academic_session_id,
        requirement=row.requirement,
        language=row.language,
        reason=row.reason,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        granted_at=row.created_at,
        granted_by=row.granted_by,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
        revocation_reason=row.revocation_reason,
    )


# Gates


async def find_gate(unit: Unit, academic_session_id: UUID, *, lock: bool = False) -> PackageGateRow | None:
    query = select(PackageGateRow).where(PackageGateRow.academic_session_id == academic_session_id)
    return await unit.session.scalar(query.with_for_update() if lock else query)


async def set_gate(unit: Unit, row: PackageGateRow | None, academic_session_id: UUID, data: GateIn) -> PackageGateRow:
    """Raises NotFound, InvalidFields."""
    unit.require(SET_GATES)
    session = await session_brief(unit, academic_session_id)
    if data.due_on > session.ends_on:
        raise invalid("/due_on", "after-session", ends_on=session.ends_on.isoformat())
    if row is None:
        row = PackageGateRow(created_at=unit.now, academic_session_id=academic_session_id)
        unit.session.add(row)
    row.due_on, row.closing_days, row.exceptions_by = data.due_on, data.closing_days, data.exceptions_by
    await unit.session.flush()
    unit.record("set", "package-gate", row.id, due_on=data.due_on.isoformat(), exceptions_by=str(data.exceptions_by))
    return row


def list_gates(unit: Unit) -> tuple[Select[Any], Order]:
    unit.reach(READ_GATES)
    return select(PackageGateRow), (PackageGateRow.id,)


def show_gate(row: PackageGateRow) -> GateOut:
    return GateOut(
        academic_session_id=row.academic_session_id,
        due_on=row.due_on,
        closing_days=row.closing_days,
        exceptions_by=Role(row.exceptions_by),
        version=row.version,
    )
