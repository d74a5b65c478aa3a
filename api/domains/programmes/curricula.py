"""Curricula by year of intake, and the shares at a distance that follow from them (clauses 3.2, 5.7)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, func, select

from api.domains.courses.service import course_briefs
from api.domains.programmes.errors import CurriculumFrozen
from api.domains.programmes.models import CurriculumCourseRow, CurriculumRow, ModuleApprovalRow, ProgrammeRow
from api.domains.programmes.rules import (
    PUBLIC_STATES,
    Approval,
    CreditKind,
    Kind,
    Mode,
    Part,
    PartFault,
    Share,
    State,
    approval_for,
    deviation,
    distance_share,
    fault_of_part,
    hours_per_credit,
    is_frozen,
    semesters_of,
    version_for,
)
from api.domains.programmes.schemas import (
    CourseShareOut,
    CurriculumCourseIn,
    CurriculumCourseOut,
    CurriculumIn,
    CurriculumOut,
    PartIn,
    PartOut,
    ProgrammeDeviationOut,
    ProgrammeShareOut,
    ShareOut,
)
from api.domains.programmes.service import (
    as_approval,
    curriculum_versions,
    load_credit_rules,
    national_credits,
    parts_of,
)
from api.errors import FieldError, InvalidFields, NotFound
from api.ids import new_id
from api.unit import Unit

POINTER_OF_FAULT = {PartFault.IN_PERSON_PART: "mode", PartFault.DISTANCE_HOURS: "distance_hours"}


async def find_curriculum(unit: Unit, programme_id: UUID, intake_year: int) -> CurriculumRow:
    """That which students of the intake follow. Raises NotFound."""
    versions = await curriculum_versions(unit, programme_id)
    year = version_for(intake_year, versions)
    row = None if year is None else await unit.session.get(CurriculumRow, versions[year])
    if row is None:
        raise NotFound()
    return row


async def lock_curriculum(unit: Unit, programme_id: UUID, intake_year: int) -> CurriculumRow | None:
    """The version of exactly that year, None when there is none yet."""
    return await unit.session.scalar(
        select(CurriculumRow)
        .where(CurriculumRow.programme_id == programme_id, CurriculumRow.intake_year == intake_year)
        .with_for_update()
    )


async def put_curriculum(
    unit: Unit, programme: ProgrammeRow, intake_year: int, row: CurriculumRow | None, data: CurriculumIn
) -> CurriculumRow:
    """Writes the whole version of a year. Raises CurriculumFrozen, InvalidFields with every fault."""
    if not may_be_written(programme, intake_year, unit.today):
        raise CurriculumFrozen(state=programme.state, intake_year=intake_year)
    return await write_curriculum(unit, programme, intake_year, row, data)


async def write_curriculum(
    unit: Unit, programme: ProgrammeRow, intake_year: int, row: CurriculumRow | None, data: CurriculumIn
) -> CurriculumRow:
    """As `put_curriculum`, without asking whether it may be written."""
    faults = await _faults(unit, programme, data)
    if faults:
        raise InvalidFields(fields=faults)
    if row is None:
        row = CurriculumRow(
            id=new_id(), created_at=unit.now, programme_id=programme.id, intake_year=intake_year, version=1
        )
        unit.session.add(row)
    else:
        row.revision += 1
        await unit.session.execute(delete(CurriculumCourseRow).where(CurriculumCourseRow.curriculum_id == row.id))
    await unit.session.flush()
    rules = await load_credit_rules(unit)
    for one in data.courses:
        given = one.national_credits
        national = await national_credits(unit, one.ects, rules=rules) if given is None else given
        unit.session.add(_course_row(unit, row, one, national))
    await unit.session.flush()
    unit.record("write", "curriculum", row.id, programme=str(programme.id), intake_year=str(intake_year))
    return row


def may_be_written(programme: ProgrammeRow, intake_year: int, today: date) -> bool:
    """A draft's, and of a programme in force those that nobody follows yet. What the councils examine stands still."""
    if programme.state == State.DRAFT:
        return True
    return programme.state == State.APPROVED and not is_frozen(intake_year, today)


def _course_row(unit: Unit, row: CurriculumRow, one: CurriculumCourseIn, national: float) -> CurriculumCourseRow:
    parts = [part_from(part) for part in one.parts]
    share = distance_share(parts)
    return CurriculumCourseRow(
        id=new_id(),
        created_at=unit.now,
        curriculum_id=row.id,
        programme_id=row.programme_id,
        course_id=one.course_id,
        semester=one.semester,
        is_elective=one.is_elective,
        ects=one.ects,
        national_credits=national,
        taught_hours=share.taught_hours,
        distance_hours=share.distance_hours,
        parts=[
            {
                "kind": part.kind,
                "hours": part.hours,
                "mode": part.mode,
                "distance_hours": part.distance_hours,
                "in_person_only": part.is_in_person_only,
            }
            for part in parts
        ],
    )


def part_from(data: PartIn) -> Part:
    """With the hours at a distance that follow from the mode, where they were not given."""
    implied = {Mode.IN_PERSON: 0, Mode.BLENDED: 0, Mode.DISTANCE: data.hours}[data.mode]
    given = implied if data.distance_hours is None else data.distance_hours
    return Part(data.kind, data.hours, data.mode, given, data.is_in_person_only)


async def _faults(unit: Unit, programme: ProgrammeRow, data: CurriculumIn) -> list[FieldError]:
    known = await course_briefs(unit, [one.course_id for one in data.courses])
    semesters = semesters_of(programme.duration_months)
    seen: set[UUID] = set()
    faults = []
    for place, one in enumerate(data.courses):
        at = f"/courses/{place}"
        if one.course_id not in known:
            faults.append(FieldError(f"{at}/course_id", "no-such-course", {}))
        if one.course_id in seen:
            faults.append(FieldError(f"{at}/course_id", "course-twice", {}))
        seen.add(one.course_id)
        if one.semester > semesters:
            faults.append(FieldError(f"{at}/semester", "no-such-semester", {"largest": semesters}))
        for number, part in enumerate(one.parts):
            fault = fault_of_part(part_from(part))
            if fault is not None:
                faults.append(FieldError(f"{at}/parts/{number}/{POINTER_OF_FAULT[fault]}", fault.value, {}))
    return faults


async def show_curriculum(unit: Unit, row: CurriculumRow) -> CurriculumOut:
    courses = await _courses_of(unit, [row.id])
    per_credit = hours_per_credit(CreditKind.ECTS, await load_credit_rules(unit), unit.today)
    shown = [_show_course(one, per_credit) for one in courses[row.id]]
    return CurriculumOut(
        programme_id=row.programme_id,
        intake_year=row.intake_year,
        is_frozen=is_frozen(row.intake_year, unit.today),
        ects=round(sum(one.ects for one in shown), 2),
        national_credits=round(sum(one.national_credits for one in shown), 2),
        share=show_share(_total(courses[row.id])),
        courses=shown,
    )


def _show_course(row: CurriculumCourseRow, per_credit: int) -> CurriculumCourseOut:
    parts = parts_of(row.parts)
    return CurriculumCourseOut(
        course_id=row.course_id,
        semester=row.semester,
        is_elective=row.is_elective,
        ects=row.ects,
        national_credits=row.national_credits,
        hours=sum(part.hours for part in parts),
        credit_hours=round(row.ects * per_credit, 2),
        parts=[
            PartOut(
                kind=Kind(part.kind),
                hours=part.hours,
                mode=part.mode,
                is_in_person_only=part.is_in_person_only,
                distance_hours=part.distance_hours,
            )
            for part in parts
        ],
    )


async def _courses_of(unit: Unit, curricula: Collection[UUID]) -> dict[UUID, list[CurriculumCourseRow]]:
    rows = await unit.session.scalars(
        select(CurriculumCourseRow)
        .where(CurriculumCourseRow.curriculum_id.in_(curricula))
        .order_by(CurriculumCourseRow.semester, CurriculumCourseRow.id)
    )
    found: dict[UUID, list[CurriculumCourseRow]] = defaultdict(list)
    for row in rows:
        found[row.curriculum_id].append(row)
    return found


def _total(rows: Sequence[CurriculumCourseRow]) -> Share:
    return Share(sum(row.distance_hours for row in rows), sum(row.taught_hours for row in rows))


def show_share(share: Share) -> ShareOut:
    return ShareOut(distance_hours=share.distance_hours, taught_hours=share.taught_hours, percent=share.percent)


# Shares


async def programme_share(unit: Unit, programme: ProgrammeRow, intake_year: int, on: date) -> ProgrammeShareOut:
    """The approved share beside the actual one, with the courses at a distance. Raises NotFound without a
    curriculum."""
    curriculum = await find_curriculum(unit, programme.id, intake_year)
    courses = (await _courses_of(unit, [curriculum.id]))[curriculum.id]
    approvals = await _approvals_by_course(unit, [programme.id], [one.course_id for one in courses])
    shown = []
    for one in courses:
        actual = Share(one.distance_hours, one.taught_hours)
        found = approval_for(approvals[one.course_id], programme.id, on)
        percent = None if found is None else found.percent
        if actual.distance_hours or percent is not None:
            shown.append(
                CourseShareOut(
                    course_id=one.course_id,
                    actual=show_share(actual),
                    approved_percent=percent,
                    deviation=deviation(actual, percent),
                )
            )
    total = _total(courses)
    approved = approved_percent(programme, approvals[None], on)
    return ProgrammeShareOut(
        programme_id=programme.id,
        intake_year=curriculum.intake_year,
        on=on,
        actual=show_share(total),
        approved_percent=approved,
        deviation=deviation(total, approved),
        courses=shown,
    )


def approved_percent(programme: ProgrammeRow, approvals: Collection[Approval], on: date) -> int | None:
    """Of the whole programme: by the decision on its share that holds on that day, else by its own approval."""
    own = [one for one in approvals if one.programme == programme.id]
    decided = approval_for(own, programme.id, on)
    if decided is not None:
        return decided.percent
    was_approved = State(programme.state) in PUBLIC_STATES and programme.approved_on is not None
    if was_approved and programme.approved_on is not None and programme.approved_on <= on:
        return programme.distance_percent
    return None


async def _approvals_by_course(
    unit: Unit, programme_ids: Collection[UUID], course_ids: Collection[UUID]
) -> Mapping[UUID | None, list[Approval]]:
    """Of these courses in these programmes or in all; under None those of the programmes' whole shares."""
    rows = await unit.session.scalars(
        select(ModuleApprovalRow).where(
            ModuleApprovalRow.state.in_(sorted(PUBLIC_STATES)),
            ModuleApprovalRow.course_id.in_(course_ids) | ModuleApprovalRow.course_id.is_(None),
            ModuleApprovalRow.programme_id.in_(programme_ids) | ModuleApprovalRow.programme_id.is_(None),
        )
    )
    found: dict[UUID | None, list[Approval]] = defaultdict(list)
    for row in rows:
        found[row.course_id].append(as_approval(row))
    return found


async def deviations(
    unit: Unit, programmes: Sequence[ProgrammeRow], intake_year: int, on: date
) -> list[ProgrammeDeviationOut]:
    """The shares of several programmes, in three queries."""
    if not programmes:
        return []
    ids = [one.id for one in programmes]
    versions: dict[UUID, dict[int, UUID]] = defaultdict(dict)
    for row in await unit.session.scalars(select(CurriculumRow).where(CurriculumRow.programme_id.in_(ids))):
        versions[row.programme_id][row.intake_year] = row.id
    chosen = {id_: version_for(intake_year, versions[id_]) for id_ in ids}
    wanted = [versions[id_][year] for id_, year in chosen.items() if year is not None]
    sums = await unit.session.execute(
        select(
            CurriculumCourseRow.programme_id,
            func.sum(CurriculumCourseRow.distance_hours),
            func.sum(CurriculumCourseRow.taught_hours),
        )
        .where(CurriculumCourseRow.curriculum_id.in_(wanted))
        .group_by(CurriculumCourseRow.programme_id)
    )
    shares = {id_: Share(int(distance), int(taught)) for id_, distance, taught in sums}
    approvals = (await _approvals_by_course(unit, ids, []))[None]
    found = []
    for one in programmes:
        actual = shares.get(one.id, Share(0, 0))
        approved = approved_percent(one, approvals, on)
        found.append(
            ProgrammeDeviationOut(
                programme_id=one.id,
                code=one.code,
                edition=one.edition,
                intake_year=chosen[one.id],
                actual=show_share(actual),
                approved_percent=approved,
                deviation=deviation(actual, approved),
            )
        )
    return found
