"""What other domains ask about programmes. Nothing here asks the policy: the caller has."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select

from api.domains.programmes.errors import DistanceNotApproved, InPersonOnly, SpecialityClosed
from api.domains.programmes.models import (
    CreditRuleRow,
    CurriculumCourseRow,
    CurriculumRow,
    LegalActRow,
    ModuleApprovalRow,
    ProgrammeRow,
    ProhibitedSpecialityRow,
    SpecialityRow,
)
from api.domains.programmes.rules import (
    AT_A_DISTANCE,
    Approval,
    Asked,
    Closure,
    CreditKind,
    CreditRule,
    Form,
    Kind,
    Level,
    Mode,
    Part,
    Purpose,
    State,
    approval_for,
    convert_credits,
    is_closed,
    last_day,
    permits,
    version_for,
)
from api.errors import NotFound
from api.unit import Unit


@dataclass(frozen=True, slots=True)
class ProgrammeBrief:
    """What other domains need of a programme. `is_open_to_admission`: approved, neither suspended nor superseded."""

    id: UUID
    code: str
    edition: int
    titles: Mapping[str, str]
    unit_id: UUID
    speciality_id: UUID
    level: Level
    form: Form
    mode: Mode
    state: State
    duration_months: int
    ects: float
    national_credits: float

    @property
    def is_open_to_admission(self) -> bool:
        return self.state is State.APPROVED


@dataclass(frozen=True, slots=True)
class CurriculumCourse:
    """A course of a curriculum. `parts` are its hours by kind and mode."""

    course_id: UUID
    semester: int
    is_elective: bool
    ects: float
    national_credits: float
    parts: tuple[Part, ...]


# Programmes


# Built once: both are a part of every enrolment.
_PROGRAMME: Final = select(
    *(ProgrammeRow.id, ProgrammeRow.code, ProgrammeRow.edition, ProgrammeRow.titles, ProgrammeRow.unit_id),
    *(ProgrammeRow.speciality_id, ProgrammeRow.level, ProgrammeRow.form, ProgrammeRow.mode, ProgrammeRow.state),
    *(ProgrammeRow.duration_months, ProgrammeRow.ects, ProgrammeRow.national_credits),
).where(ProgrammeRow.id == bindparam("programme_id"))
_CLOSURES: Final = (
    select(ProhibitedSpecialityRow, LegalActRow)
    .join(LegalActRow, LegalActRow.id == ProhibitedSpecialityRow.act_id)
    .where(
        ProhibitedSpecialityRow.speciality_id.in_(bindparam("specialities", expanding=True)),
        ProhibitedSpecialityRow.prohibited_from <= bindparam("day"),
    )
)


async def programme_brief(unit: Unit, programme_id: UUID) -> ProgrammeBrief:
    """Raises NotFound."""
    row = (await unit.session.execute(_PROGRAMME, {"programme_id": programme_id})).one_or_none()
    if row is None:
        raise NotFound()
    return _brief(row)


async def programme_briefs(unit: Unit, programme_ids: Iterable[UUID]) -> dict[UUID, ProgrammeBrief]:
    """Those that exist, in one query."""
    wanted = set(programme_ids)
    if not wanted:
        return {}
    rows = await unit.session.scalars(select(ProgrammeRow).where(ProgrammeRow.id.in_(wanted)))
    return {row.id: _brief(row) for row in rows}


async def find_programme_by_code(unit: Unit, code: str) -> ProgrammeBrief | None:
    """The edition in force; when none is, the latest one."""
    return (await _editions_by_code(unit, select(ProgrammeRow).where(ProgrammeRow.code == code))).get(code)


async def programmes_by_code(unit: Unit) -> dict[str, ProgrammeBrief]:
    """As `find_programme_by_code`, of every code: for imports."""
    return await _editions_by_code(unit, select(ProgrammeRow))


async def _editions_by_code(unit: Unit, query: Select[ProgrammeRow]) -> dict[str, ProgrammeBrief]:
    rows = (await unit.session.scalars(query.order_by(ProgrammeRow.code, ProgrammeRow.edition))).all()
    found: dict[str, ProgrammeRow] = {}
    for row in rows:
        before = found.get(row.code)
        if before is None or before.state != State.APPROVED or row.state == State.APPROVED:
            found[row.code] = row
    return {code: _brief(row) for code, row in found.items()}


def _brief(row: ProgrammeRow | Row[*tuple[Any, ...]]) -> ProgrammeBrief:
    return ProgrammeBrief(
        row.id,
        row.code,
        row.edition,
        row.titles,
        row.unit_id,
        row.speciality_id,
        Level(row.level),
        Form(row.form),
        Mode(row.mode),
        State(row.state),
        row.duration_months,
        row.ects,
        row.national_credits,
    )


# Curricula


async def curriculum_courses(unit: Unit, programme_id: UUID, intake_year: int) -> tuple[CurriculumCourse, ...]:
    """The courses that students of an intake follow, by semester: of their year's curriculum, or of the last one
    before. Empty when there is none."""
    versions = await curriculum_versions(unit, programme_id)
    year = version_for(intake_year, versions)
    if year is None:
        return ()
    rows = await unit.session.scalars(
        select(CurriculumCourseRow)
        .where(CurriculumCourseRow.curriculum_id == versions[year])
        .order_by(CurriculumCourseRow.semester, CurriculumCourseRow.id)
    )
    return tuple(
        CurriculumCourse(
            row.course_id, row.semester, row.is_elective, row.ects, row.national_credits, parts_of(row.parts)
        )
        for row in rows
    )


async def curriculum_versions(unit: Unit, programme_id: UUID) -> dict[int, UUID]:
    """Intake year -> curriculum."""
    rows = await unit.session.execute(
        select(CurriculumRow.intake_year, CurriculumRow.id).where(CurriculumRow.programme_id == programme_id)
    )
    return {row[0]: row[1] for row in rows}


def parts_of(stored: Sequence[Mapping[str, object]]) -> tuple[Part, ...]:
    return tuple(
        Part(
            Kind(str(one["kind"])),
            int(str(one["hours"])),
            Mode(str(one["mode"])),
            int(str(one["distance_hours"])),
            bool(one["in_person_only"]),
        )
        for one in stored
    )


# Closed specialities (clause 3.3)


async def refuse_if_closed(
    unit: Unit,
    *,
    speciality_id: UUID | None = None,
    programme_id: UUID | None = None,
    level: Level | str | None = None,
    form: Form | str | None = None,
    mode: Mode | str | None = None,
    purpose: Purpose = Purpose.TRAINING,
    on: date | None = None,
) -> None:
    """Raises SpecialityClosed when an act forbids on that day (today) what is asked.

    Either a programme, whose level, form and mode are taken unless others are given (e.g. the mode of a class), or a
    speciality with level, form and mode. Admission asks with `Purpose.ADMISSION`. Raises NotFound for what does not
    exist.
    """
    if programme_id is not None:
        programme = await programme_brief(unit, programme_id)
        speciality_id = programme.speciality_id
        level, form, mode = level or programme.level, form or programme.form, mode or programme.mode
    if speciality_id is None or level is None or form is None or mode is None:
        raise TypeError("a programme, or a speciality with level, form and mode")
    asked = Asked(speciality_id, Level(level), Form(form), Mode(mode), purpose)
    day = on or unit.today
    closure = is_closed(asked, await load_closures(unit, [speciality_id], day), day)
    if closure is not None:
        raise (await _as_problems(unit, [closure], purpose))[closure.id]


async def closed_programmes(
    unit: Unit,
    programme_ids: Collection[UUID],
    *,
    purpose: Purpose = Purpose.ADMISSION,
    mode: Mode | str | None = None,
    on: date | None = None,
) -> dict[UUID, SpecialityClosed]:
    """Those of the programmes that are closed, each with the problem that `refuse_if_closed` would raise: for imports,
    in three queries however many there are."""
    programmes = await programme_briefs(unit, programme_ids)
    day = on or unit.today
    by_speciality: dict[UUID, list[Closure]] = defaultdict(list)
    for closure in await load_closures(unit, {one.speciality_id for one in programmes.values()}, day):
        by_speciality[closure.speciality].append(closure)
    found: dict[UUID, Closure] = {}
    for id_, one in programmes.items():
        asked = Asked(one.speciality_id, one.level, one.form, one.mode if mode is None else Mode(mode), purpose)
        closure_found = is_closed(asked, by_speciality[one.speciality_id], day)
        if closure_found is not None:
            found[id_] = closure_found
    problems = await _as_problems(unit, found.values(), purpose)
    return {id_: problems[closure.id] for id_, closure in found.items()}


async def load_closures(unit: Unit, speciality_ids: Collection[UUID], on: date) -> list[Closure]:
    """The closures of these specialities that begin on that day or before."""
    if not speciality_ids:
        return []
    rows = await unit.session.execute(_CLOSURES, {"specialities": list(set(speciality_ids)), "day": on})
    return [as_closure(row, act) for row, act in rows]


def as_closure(row: ProhibitedSpecialityRow, act: LegalActRow) -> Closure:
    return Closure(
        row.id,
        row.speciality_id,
        row.act_id,
        row.prohibited_from,
        row.prohibited_to,
        act.valid_from,
        act.valid_to,
        frozenset(map(Purpose, row.purposes)),
        frozenset(map(Form, row.forms)),
        frozenset(map(Mode, row.modes)),
        frozenset(map(Level, row.levels)),
    )


async def _as_problems(unit: Unit, closures: Collection[Closure], purpose: Purpose) -> dict[UUID, SpecialityClosed]:
    """Closure -> what a person has to know: speciality, act, from when to when."""
    if not closures:
        return {}
    by_id = {one.id: one for one in closures}
    rows = await unit.session.execute(
        select(ProhibitedSpecialityRow.id, SpecialityRow.code, LegalActRow)
        .join(SpecialityRow, SpecialityRow.id == ProhibitedSpecialityRow.speciality_id)
        .join(LegalActRow, LegalActRow.id == ProhibitedSpecialityRow.act_id)
        .where(ProhibitedSpecialityRow.id.in_(by_id))
    )
    return {
        id_: SpecialityClosed(
            speciality=code,
            purpose=purpose.value,
            act_number=act.number,
            act_date=act.issued_on,
            act_issuer=act.issuer,
            act_is_confirmed=act.is_confirmed,
            since=max(by_id[id_].first, act.valid_from),
            until=last_day(by_id[id_]),
        )
        for id_, code, act in rows
    }


# Courses at a distance (clauses 3.1, 5.7)


async def require_distance_approved(
    unit: Unit,
    course_id: UUID,
    programme_id: UUID | None,
    on: date,
    mode: Mode | str = Mode.DISTANCE,
    kind: Kind | str | None = None,
    *,
    until: date | None = None,
) -> None:
    """Refuses to schedule a course at a distance without the academic council's approval in force on that day, and on
    the last day `until` when it is given.

    `programme_id` None is a class for students of any programme, which needs an approval for all. `kind` names the
    part that is scheduled; without it the class is the whole course. In person nothing is asked. Raises
    DistanceNotApproved; InPersonOnly for a part declared in person, and for a whole course at a distance that has
    one; SpecialityClosed when an act closes the programme's speciality.
    """
    asked = Mode(mode)
    if asked not in AT_A_DISTANCE:
        return
    approvals = await load_approvals(unit, course_id, programme_id)
    for day in sorted({on, until or on}):
        if programme_id is not None:
            await refuse_if_closed(unit, programme_id=programme_id, mode=asked, on=day)
        approval = approval_for(approvals, programme_id, day)
        if approval is None or not permits(approval, asked):
            raise DistanceNotApproved(course=str(course_id), mode=asked.value, on=day)
    await _refuse_in_person_parts(unit, course_id, programme_id, asked, None if kind is None else Kind(kind))


async def load_approvals(unit: Unit, course_id: UUID | None, programme_id: UUID | None) -> list[Approval]:
    """The decided cases of a course, in that programme and in all; with no course, of the programme's whole share."""
    rows = await unit.session.scalars(
        select(ModuleApprovalRow).where(
            ModuleApprovalRow.course_id.is_not_distinct_from(course_id),
            (ModuleApprovalRow.programme_id == programme_id) | ModuleApprovalRow.programme_id.is_(None),
            ModuleApprovalRow.state.in_([State.APPROVED, State.SUPERSEDED, State.SUSPENDED]),
        )
    )
    return [as_approval(row) for row in rows]


def as_approval(row: ModuleApprovalRow) -> Approval:
    return Approval(
        row.programme_id,
        Mode(row.mode),
        row.distance_percent,
        State(row.state),
        row.valid_from,
        row.valid_to,
        row.suspended_from,
        row.superseded_from,
    )


async def _refuse_in_person_parts(
    unit: Unit, course_id: UUID, programme_id: UUID | None, mode: Mode, kind: Kind | None
) -> None:
    if mode is Mode.BLENDED and kind is None:
        return
    for declared in await in_person_kinds(unit, course_id, programme_id):
        if kind in (None, declared):
            raise InPersonOnly(course=str(course_id), kind=declared.value)


async def in_person_kinds(unit: Unit, course_id: UUID, programme_id: UUID | None) -> tuple[Kind, ...]:
    """The kinds of a course's parts that are declared in person only (clause 5.7), by every curriculum that has the
    course in that programme, or in any: one that forbids is enough."""
    query = select(CurriculumCourseRow.parts).where(CurriculumCourseRow.course_id == course_id)
    if programme_id is not None:
        query = query.where(CurriculumCourseRow.programme_id == programme_id)
    stored = (await unit.session.scalars(query)).all()
    return tuple(dict.fromkeys(part.kind for one in stored for part in parts_of(one) if part.is_in_person_only))


# Credits


async def load_credit_rules(unit: Unit) -> list[CreditRule]:
    """For `rules.convert_credits`."""
    rows = await unit.session.scalars(select(CreditRuleRow))
    return [CreditRule(CreditKind(row.kind), row.hours_per_credit, row.valid_from, row.valid_to) for row in rows]


async def national_credits(
    unit: Unit, ects: float, on: date | None = None, rules: Sequence[CreditRule] | None = None
) -> float:
    """The national credits that stand for the same hours on that day (today), to two decimals."""
    if rules is None:
        rules = await load_credit_rules(unit)
    exact = convert_credits(Fraction(str(ects)), CreditKind.ECTS, CreditKind.NATIONAL, rules, on or unit.today)
    return round(float(exact), 2)
