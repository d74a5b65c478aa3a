"""Programmes and modules on their way through the councils (clause 3.1): drafts, steps, who may see and do what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select, true

from api.domains.courses.service import course_briefs
from api.domains.people.service import unit_kind, units_of_kind
from api.domains.programmes.catalogue import changes_of
from api.domains.programmes.errors import AlreadyRecorded, DecidedAtAnotherLevel, EditionOpen, NotADraft
from api.domains.programmes.guards import EDIT, STEP_OF_BODY, VIEW_CATALOGUE, VIEW_UNAPPROVED
from api.domains.programmes.models import (
    CurriculumCourseRow,
    CurriculumRow,
    DecisionRow,
    ModuleApprovalRow,
    ProgrammeRow,
    SpecialityRow,
)
from api.domains.programmes.rules import (
    AT_A_DISTANCE,
    BODY_OF,
    PUBLIC_STATES,
    Body,
    Form,
    Level,
    Mode,
    Move,
    State,
    Taken,
    after,
    allowed_moves,
    effective_mode,
    has_decided_elsewhere,
    percent_fits,
)
from api.domains.programmes.schemas import (
    DecisionOut,
    DocumentIn,
    DocumentOut,
    ModuleChange,
    ModuleIn,
    ModuleOut,
    ProgrammeChange,
    ProgrammeIn,
    ProgrammeOut,
)
from api.domains.programmes.service import national_credits, refuse_if_closed
from api.errors import FieldError, InvalidFields, MoveNotAllowed, NotAllowed, NotFound, SignInNeeded, invalid
from api.events import Event
from api.ids import new_id
from api.policy import Action, Place, reach
from api.unit import Unit

Case = ProgrammeRow | ModuleApprovalRow
Found = TypeVar("Found", ProgrammeRow, ModuleApprovalRow)
TEACHING_UNITS: Final = frozenset({"institute", "department"})
"""What a programme or a module can belong to."""
PAST: Final = {
    Move.PROPOSE: "proposed",
    Move.REVIEW: "reviewed",
    Move.APPROVE: "approved",
    Move.REJECT: "rejected",
    Move.SUSPEND: "suspended",
    Move.SUPERSEDE: "superseded",
}
"""Of events: `programme.approved`, `module.approved`."""


@dataclass(frozen=True, slots=True)
class Councils:
    """The units whose members review and decide."""

    methodical: frozenset[UUID]
    academic: frozenset[UUID]

    @property
    def both(self) -> frozenset[UUID]:
        return self.methodical | self.academic


async def load_councils(unit: Unit) -> Councils:
    return Councils(await units_of_kind(unit, "methodical-council"), await units_of_kind(unit, "academic-council"))


# Who may see


def place_of_case(row: Case, councils: Councils) -> Place:
    """Its unit, its programme, and from the proposal on the councils."""
    units = frozenset({row.unit_id})
    programme = row.id if isinstance(row, ProgrammeRow) else row.programme_id
    return Place(
        units=units if row.state == State.DRAFT else units | councils.both,
        programmes=frozenset() if programme is None else frozenset({programme}),
    )


def require_view(unit: Unit, row: Case, councils: Councils) -> None:
    """Everybody may see what is or was in force. Raises NotFound for the rest, to visitors too."""
    if State(row.state) in PUBLIC_STATES:
        unit.require(VIEW_CATALOGUE)
    elif not unit.may(VIEW_UNAPPROVED, place_of_case(row, councils)):
        raise NotFound()


def visible(unit: Unit, table: type[ProgrammeRow] | type[ModuleApprovalRow], councils: Councils) -> ColumnElement[bool]:
    """As `require_view`, for lists."""
    unit.reach(VIEW_CATALOGUE)
    mine = reach(unit.actor, VIEW_UNAPPROVED)
    if mine.everything:
        return true()
    programme = ProgrammeRow.id if table is ProgrammeRow else ModuleApprovalRow.programme_id
    return or_(
        table.state.in_(sorted(PUBLIC_STATES)),
        table.unit_id.in_(mine.units) if mine.units else false(),
        programme.in_(mine.programmes) if mine.programmes else false(),
        false() if mine.units.isdisjoint(councils.both) else table.state != State.DRAFT,
    )


def require_of_case(unit: Unit, wanted: Action, row: Case, councils: Councils, where: Place) -> None:
    """As `Unit.require` for somebody who may see the case by `require_view`."""
    require_view(unit, row, councils)
    if not unit.may(wanted, where):
        raise NotAllowed() if unit.actor.is_signed_in else SignInNeeded()


async def require_edit(unit: Unit, row: Case) -> None:
    require_of_case(unit, EDIT, row, await load_councils(unit), Place(units=frozenset({row.unit_id})))


# Drafts of programmes


async def add_programme(unit: Unit, data: ProgrammeIn) -> ProgrammeRow:
    """A draft, first edition. Raises AlreadyRecorded, InvalidFields."""
    await _check_programme(unit, data.speciality_id, data.unit_id, data.form, data.mode, data.distance_percent)
    if await unit.session.scalar(select(ProgrammeRow.id).where(ProgrammeRow.code == data.code).limit(1)) is not None:
        raise AlreadyRecorded(code=data.code)
    given = data.national_credits
    row = ProgrammeRow(
        id=new_id(),
        created_at=unit.now,
        code=data.code,
        edition=1,
        titles=data.titles,
        level=data.level,
        form=data.form,
        mode=data.mode,
        speciality_id=data.speciality_id,
        unit_id=data.unit_id,
        duration_months=data.duration_months,
        ects=data.ects,
        national_credits=await national_credits(unit, data.ects) if given is None else given,
        distance_percent=data.distance_percent,
        state=State.DRAFT,
        state_since=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    await unit.emit(Event("programme.drafted", {"programme": row.id}))
    unit.record("draft", "programme", row.id, code=row.code, edition=str(row.edition))
    return row


async def change_programme(unit: Unit, row: ProgrammeRow, data: ProgrammeChange) -> None:
    """Raises NotADraft, InvalidFields."""
    if row.state != State.DRAFT:
        raise NotADraft(state=row.state)
    changes = changes_of(data)
    for name, value in changes.items():
        setattr(row, name, value)
    with unit.session.no_autoflush:
        await _check_programme(
            unit, row.speciality_id, row.unit_id, Form(row.form), Mode(row.mode), row.distance_percent
        )
    await unit.session.flush()
    unit.record("change", "programme", row.id, fields=" ".join(sorted(changes)))


async def _check_programme(
    unit: Unit, speciality_id: UUID, unit_id: UUID, form: Form, mode: Mode, percent: int
) -> None:
    faults = []
    known = select(SpecialityRow.id).where(SpecialityRow.id == speciality_id)
    if await unit.session.scalar(known) is None:
        faults.append(FieldError("/speciality_id", "no-such-speciality", {}))
    if await unit_kind(unit, unit_id) not in TEACHING_UNITS:
        faults.append(FieldError("/unit_id", "no-teaching-unit", {}))
    if not percent_fits(mode, percent):
        faults.append(FieldError("/distance_percent", "percent-and-mode", {"mode": mode.value}))
    if form is Form.DISTANCE and mode is Mode.IN_PERSON:
        faults.append(FieldError("/mode", "distance-form-in-person", {}))
    if faults:
        raise InvalidFields(fields=faults)


async def add_edition(unit: Unit, row: ProgrammeRow) -> ProgrammeRow:
    """The next edition as a draft, with the curricula. `row` was locked with its editions. Raises EditionOpen."""
    editions = (await unit.session.scalars(select(ProgrammeRow).where(ProgrammeRow.code == row.code))).all()
    if any(one.state in (State.DRAFT, State.PROPOSED, State.REVIEWED) for one in editions):
        raise EditionOpen(code=row.code)
    copied = (
        *("code", "titles", "level", "form", "mode", "speciality_id", "unit_id", "duration_months"),
        *("ects", "national_credits", "distance_percent"),
    )
    new = ProgrammeRow(
        id=new_id(),
        created_at=unit.now,
        edition=max(one.edition for one in editions) + 1,
        state=State.DRAFT,
        state_since=unit.now,
        replaces_id=row.id,
        **{name: getattr(row, name) for name in copied},
    )
    unit.session.add(new)
    await unit.session.flush()
    await _copy_curricula(unit, row.id, new.id)
    await unit.emit(Event("programme.drafted", {"programme": new.id, "replaces": row.id}))
    unit.record("draft", "programme", new.id, code=new.code, edition=str(new.edition))
    return new


async def _copy_curricula(unit: Unit, from_id: UUID, to_id: UUID) -> None:
    kept = ("course_id", "semester", "is_elective", "ects", "national_credits", "taught_hours", "distance_hours")
    curricula = await unit.session.scalars(select(CurriculumRow).where(CurriculumRow.programme_id == from_id))
    for one in curricula.all():
        copy = CurriculumRow(
            id=new_id(), created_at=unit.now, programme_id=to_id, intake_year=one.intake_year, version=1
        )
        unit.session.add(copy)
        await unit.session.flush()
        courses = await unit.session.scalars(
            select(CurriculumCourseRow).where(CurriculumCourseRow.curriculum_id == one.id)
        )
        unit.session.add_all(
            CurriculumCourseRow(
                created_at=unit.now,
                curriculum_id=copy.id,
                programme_id=to_id,
                parts=course.parts,
                **{name: getattr(course, name) for name in kept},
            )
            for course in courses.all()
        )
        await unit.session.flush()


# Drafts of modules


async def add_module(unit: Unit, data: ModuleIn) -> ModuleApprovalRow:
    """A case as a draft. Raises InvalidFields."""
    faults = _faults_of_module(data.mode, data.distance_percent, data.valid_from, data.valid_to)
    if data.course_id is None and data.programme_id is None:
        faults.append(FieldError("/course_id", "course-or-programme", {}))
    if data.course_id is not None and data.course_id not in await course_briefs(unit, [data.course_id]):
        faults.append(FieldError("/course_id", "no-such-course", {}))
    if await unit_kind(unit, data.unit_id) not in TEACHING_UNITS:
        faults.append(FieldError("/unit_id", "no-teaching-unit", {}))
    if data.programme_id is not None:
        programme = await unit.session.get(ProgrammeRow, data.programme_id)
        councils = await load_councils(unit)
        seen = programme is not None and (
            State(programme.state) in PUBLIC_STATES or unit.may(VIEW_UNAPPROVED, place_of_case(programme, councils))
        )
        if not seen:
            faults.append(FieldError("/programme_id", "no-such-programme", {}))
    if faults:
        raise InvalidFields(fields=faults)
    row = ModuleApprovalRow(
        id=new_id(),
        created_at=unit.now,
        course_id=data.course_id,
        programme_id=data.programme_id,
        unit_id=data.unit_id,
        mode=data.mode,
        distance_percent=data.distance_percent,
        valid_from=data.valid_from,
        valid_to=data.valid_to,
        state=State.DRAFT,
        state_since=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    await unit.emit(Event("module.drafted", _ids(row)))
    unit.record("draft", "module-approval", row.id)
    return row


async def change_module(unit: Unit, row: ModuleApprovalRow, data: ModuleChange) -> None:
    """Raises NotADraft, InvalidFields."""
    if row.state != State.DRAFT:
        raise NotADraft(state=row.state)
    changes = changes_of(data)
    for name, value in changes.items():
        setattr(row, name, value)
    faults = _faults_of_module(Mode(row.mode), row.distance_percent, row.valid_from, row.valid_to)
    if faults:
        raise InvalidFields(fields=faults)
    await unit.session.flush()
    unit.record("change", "module-approval", row.id, fields=" ".join(sorted(changes)))


def _faults_of_module(mode: Mode, percent: int, first: date, last: date | None) -> list[FieldError]:
    faults = []
    if not percent_fits(mode, percent):
        faults.append(FieldError("/distance_percent", "percent-and-mode", {"mode": mode.value}))
    if last is not None and last < first:
        faults.append(FieldError("/valid_to", "last-day-before-first", {}))
    return faults


# Steps


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody decides, on which papers and why."""

    move: Move
    documents: Sequence[DocumentIn]
    reason: str | None = None
    is_favourable: bool | None = None


async def lock_programme(unit: Unit, programme_id: UUID) -> ProgrammeRow:
    """The programme, locked together with its other editions: approving one supersedes another. Raises NotFound."""
    code = await unit.session.scalar(select(ProgrammeRow.code).where(ProgrammeRow.id == programme_id))
    rows = await unit.session.scalars(
        select(ProgrammeRow).where(ProgrammeRow.code == code).order_by(ProgrammeRow.id).with_for_update()
    )
    return _one_of({row.id: row for row in rows}, programme_id)


async def lock_module(unit: Unit, module_id: UUID) -> ModuleApprovalRow:
    """The case, locked together with the others on the same course and programme. Raises NotFound."""
    found = await unit.session.execute(
        select(ModuleApprovalRow.course_id, ModuleApprovalRow.programme_id).where(ModuleApprovalRow.id == module_id)
    )
    subject = found.first()
    if subject is None:
        raise NotFound()
    rows = await unit.session.scalars(
        select(ModuleApprovalRow)
        .where(
            ModuleApprovalRow.course_id.is_not_distinct_from(subject[0]),
            ModuleApprovalRow.programme_id.is_not_distinct_from(subject[1]),
        )
        .order_by(ModuleApprovalRow.id)
        .with_for_update()
    )
    return _one_of({row.id: row for row in rows}, module_id)


def _one_of(rows: Mapping[UUID, Found], id_: UUID) -> Found:
    if id_ not in rows:
        raise NotFound()
    return rows[id_]


async def require_step(unit: Unit, row: Case, move: Move) -> None:
    """Only members of the body whose step it is, by clause 3.1."""
    councils = await load_councils(unit)
    body = BODY_OF[move]
    units = {
        Body.INSTITUTE: frozenset({row.unit_id}),
        Body.METHODICAL_COUNCIL: councils.methodical,
        Body.ACADEMIC_COUNCIL: councils.academic,
    }[body]
    require_of_case(unit, STEP_OF_BODY[body], row, councils, Place(units=units))


async def take_step(unit: Unit, row: Case, step: Step) -> None:
    """Moves a locked case, keeps the decision and tells of it.

    Raises MoveNotAllowed, DecidedAtAnotherLevel, SpecialityClosed, InvalidFields for a reason that is missing.
    """
    state = State(row.state)
    following = after(state, step.move)
    if following is None:
        raise MoveNotAllowed(state, [one for one in allowed_moves(state) if one is not Move.SUPERSEDE])
    decisions = (await unit.session.scalars(select(DecisionRow).where(_of_case(row)))).all()
    person = unit.actor.person
    if has_decided_elsewhere(person, BODY_OF[step.move], [Taken(Body(one.body), one.person_id) for one in decisions]):
        raise DecidedAtAnotherLevel()
    _check_reason(step, decisions)
    if step.move in (Move.PROPOSE, Move.APPROVE):
        await _refuse_closed_case(unit, row)
    _enter(unit, row, following)
    if step.move is Move.SUSPEND and isinstance(row, ModuleApprovalRow):
        row.suspended_from = unit.today
    if step.move is Move.APPROVE:
        if isinstance(row, ProgrammeRow):
            row.approved_on = unit.today
        for other in await _replaced_by(unit, row):
            _enter(unit, other, State.SUPERSEDED)
            if isinstance(other, ModuleApprovalRow) and isinstance(row, ModuleApprovalRow):
                other.superseded_from = row.valid_from
            await _keep(unit, other, Step(Move.SUPERSEDE, step.documents))
    await _keep(unit, row, step)


def _check_reason(step: Step, decisions: Sequence[DecisionRow]) -> None:
    opinion = next((one.is_favourable for one in reversed(decisions) if one.is_favourable is not None), None)
    needed = (
        step.move in (Move.REJECT, Move.SUSPEND)
        or step.is_favourable is False
        or (step.move is Move.APPROVE and opinion is False)
    )
    if needed and not (step.reason or "").strip():
        raise invalid("/reason", "step-reason-needed")


async def _refuse_closed_case(unit: Unit, row: Case) -> None:
    """Clause 3.3: neither proposed nor approved while an act forbids it, today or when it would begin."""
    mode = Mode(row.mode)
    if isinstance(row, ProgrammeRow):
        form = Form(row.form)
        if effective_mode(form, mode) in AT_A_DISTANCE:
            await refuse_if_closed(
                unit, speciality_id=row.speciality_id, level=Level(row.level), form=form, mode=mode, on=unit.today
            )
    elif row.programme_id is not None and mode in AT_A_DISTANCE:
        for day in {unit.today, max(unit.today, row.valid_from)}:
            await refuse_if_closed(unit, programme_id=row.programme_id, mode=mode, on=day)


def _enter(unit: Unit, row: Case, state: State) -> None:
    row.state, row.state_since = state, unit.now


async def _replaced_by(unit: Unit, row: Case) -> list[Case]:
    """What stops being in force because of this approval: other editions, other approvals of the same."""
    in_force = (State.APPROVED, State.SUSPENDED)
    if isinstance(row, ProgrammeRow):
        editions = await unit.session.scalars(
            select(ProgrammeRow).where(
                ProgrammeRow.code == row.code, ProgrammeRow.id != row.id, ProgrammeRow.state.in_(in_force)
            )
        )
        return list(editions)
    cases = await unit.session.scalars(
        select(ModuleApprovalRow).where(
            ModuleApprovalRow.course_id.is_not_distinct_from(row.course_id),
            ModuleApprovalRow.programme_id.is_not_distinct_from(row.programme_id),
            ModuleApprovalRow.id != row.id,
            ModuleApprovalRow.state.in_(in_force),
        )
    )
    return list(cases)


async def _keep(unit: Unit, row: Case, step: Step) -> None:
    count = await unit.session.scalar(select(func.count()).select_from(DecisionRow).where(_of_case(row)))
    is_programme = isinstance(row, ProgrammeRow)
    unit.session.add(
        DecisionRow(
            created_at=unit.now,
            programme_id=row.id if is_programme else None,
            module_approval_id=None if is_programme else row.id,
            number=(count or 0) + 1,
            move=step.move,
            state=row.state,
            body=BODY_OF[step.move],
            person_id=unit.actor.person,
            is_favourable=step.is_favourable,
            reason=(step.reason or "").strip(),
            documents=[
                {
                    "number": one.number,
                    "dated": one.dated.isoformat(),
                    "title": one.title,
                    "link": one.link,
                    "sha256": one.sha256,
                }
                for one in step.documents
            ],
        )
    )
    await unit.session.flush()
    noun = "programme" if is_programme else "module"
    await unit.emit(Event(f"{noun}.{PAST[step.move]}", _ids(row), codes={"state": row.state}))
    unit.record(step.move, "programme" if is_programme else "module-approval", row.id, state=row.state)


def _of_case(row: Case) -> ColumnElement[bool]:
    if isinstance(row, ProgrammeRow):
        return DecisionRow.programme_id == row.id
    return DecisionRow.module_approval_id == row.id


def decisions_of(row: Case) -> ColumnElement[bool]:
    """The history of a case, for lists."""
    return _of_case(row)


def _ids(row: Case) -> dict[str, UUID]:
    if isinstance(row, ProgrammeRow):
        return {"programme": row.id}
    found = {"module": row.id, "course": row.course_id, "programme": row.programme_id}
    return {name: id_ for name, id_ in found.items() if id_ is not None}


# Answers


def show_programme(row: ProgrammeRow) -> ProgrammeOut:
    return ProgrammeOut(
        id=row.id,
        code=row.code,
        edition=row.edition,
        titles=row.titles,
        level=Level(row.level),
        form=Form(row.form),
        mode=Mode(row.mode),
        speciality_id=row.speciality_id,
        unit_id=row.unit_id,
        duration_months=row.duration_months,
        ects=row.ects,
        national_credits=row.national_credits,
        distance_percent=row.distance_percent,
        state=State(row.state),
        state_since=row.state_since,
        approved_on=row.approved_on,
        replaces_id=row.replaces_id,
    )


def show_module(row: ModuleApprovalRow) -> ModuleOut:
    return ModuleOut(
        id=row.id,
        course_id=row.course_id,
        programme_id=row.programme_id,
        unit_id=row.unit_id,
        mode=Mode(row.mode),
        distance_percent=row.distance_percent,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        suspended_from=row.suspended_from,
        superseded_from=row.superseded_from,
        state=State(row.state),
        state_since=row.state_since,
    )


def show_decision(row: DecisionRow) -> DecisionOut:
    return DecisionOut(
        number=row.number,
        move=Move(row.move),
        state=State(row.state),
        body=Body(row.body),
        person_id=row.person_id,
        decided_at=row.created_at,
        is_favourable=row.is_favourable,
        reason=row.reason,
        documents=[
            DocumentOut(
                number=str(one["number"]),
                dated=date.fromisoformat(str(one["dated"])),
                title=str(one["title"]),
                link=one["link"],
                sha256=one["sha256"],
            )
            for one in row.documents
        ],
    )
