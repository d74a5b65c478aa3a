"""Individual study plans (clause 2.1): what a student takes in a semester, in versions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import delete, insert, or_, select

from api.domains.courses.service import course_briefs
from api.domains.enrolment.credits import credit_rules
from api.domains.enrolment.errors import NotAStudent, OutsideCreditLimits, PlanExists
from api.domains.enrolment.models import StudyPlanItemRow, StudyPlanRow, StudyRow
from api.domains.enrolment.rules import (
    PLAN_MOVES,
    Breach,
    PlanState,
    StudyState,
    credit_breaches,
)
from api.domains.teaching.rules import SessionKind
from api.domains.teaching.service import ClassBrief, SessionBrief, class_briefs, session_brief, session_briefs
from api.errors import FieldError, InvalidFields, MoveNotAllowed, NotFound, check_move, invalid
from api.events import Event
from api.ids import new_id
from api.unit import Unit

_PLAN: Final = StudyPlanRow
_ITEM: Final = StudyPlanItemRow
_OPEN: Final = (PlanState.DRAFT, PlanState.PROPOSED)


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A course, and the class when it is chosen."""

    course_id: UUID
    class_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """Credits of a plan, and what is wrong with them. A year's sums add the approved plans of its other semesters."""

    ects: float
    national: float
    year_ects: float
    year_national: float
    breaches: tuple[Breach, ...]
    without_credits: tuple[UUID, ...]
    """Courses whose credits nobody has entered; they count as nothing, and need the dean's office's decision."""

    @property
    def codes(self) -> list[str]:
        return [one.code for one in self.breaches] + (["credits-unknown"] if self.without_credits else [])


# Writing


async def draft_plan(unit: Unit, study_id: UUID, semester_id: UUID, items: Sequence[PlanItem]) -> StudyPlanRow:
    """The next version for the study and semester. Raises NotFound, NotAStudent, InvalidFields, PlanExists."""
    study = await unit.session.get(StudyRow, study_id, with_for_update=True, populate_existing=True)
    if study is None:
        raise NotFound()
    if study.state not in (StudyState.ADMITTED, StudyState.ACTIVE, StudyState.ON_LEAVE):
        raise NotAStudent()
    semester = (await session_briefs(unit, [semester_id])).get(semester_id)
    if semester is None:
        raise invalid("/academic_session_id", "no-such-object")
    if semester.kind is not SessionKind.SEMESTER:
        raise invalid("/academic_session_id", "not-a-semester")
    known = (
        await unit.session.execute(
            select(_PLAN.number, _PLAN.state).where(
                _PLAN.study_id == study_id, _PLAN.academic_session_id == semester_id
            )
        )
    ).all()
    if any(state in _OPEN for _, state in known):
        raise PlanExists()
    await _check_items(unit, semester, items)
    plan = StudyPlanRow(
        id=new_id(),
        created_at=unit.now,
        study_id=study_id,
        person_id=study.person_id,
        programme_id=study.programme_id,
        unit_id=study.unit_id,
        academic_session_id=semester_id,
        year_id=semester.parent_id,
        number=max((number for number, _ in known), default=0) + 1,
        state=PlanState.DRAFT,
        revision=1,
    )
    unit.session.add(plan)
    await unit.session.flush()
    await _store_items(unit, plan.id, items)
    unit.record("study-plan.draft", "study-plan", plan.id, person=plan.person_id, number=str(plan.number))
    return plan


async def change_plan(unit: Unit, plan: StudyPlanRow, items: Sequence[PlanItem]) -> None:
    """Replaces the items of a draft. Raises MoveNotAllowed for what is no draft any more, InvalidFields."""
    state = PlanState(plan.state)
    if state is not PlanState.DRAFT:
        raise MoveNotAllowed(state.value, [one.value for one in PLAN_MOVES[state]])
    await _check_items(unit, await session_brief(unit, plan.academic_session_id), items)
    await unit.session.execute(delete(_ITEM).where(_ITEM.plan_id == plan.id))
    await _store_items(unit, plan.id, items)
    plan.revision += 1
    await unit.session.flush()
    unit.record("study-plan.change", "study-plan", plan.id, person=plan.person_id)


async def propose_plan(unit: Unit, plan: StudyPlanRow) -> None:
    """Asks the dean's office to approve it. Raises MoveNotAllowed."""
    check_move(PLAN_MOVES, PlanState(plan.state), PlanState.PROPOSED)
    plan.state, plan.returned_reason = PlanState.PROPOSED, None
    await _tell(unit, plan)


async def return_plan(unit: Unit, plan: StudyPlanRow, reason: str) -> None:
    """Gives a proposal back to be changed. Raises MoveNotAllowed."""
    if plan.state != PlanState.PROPOSED:
        raise MoveNotAllowed(plan.state, [one.value for one in PLAN_MOVES[PlanState(plan.state)]])
    plan.state, plan.returned_reason = PlanState.DRAFT, reason
    await _tell(unit, plan, "returned")


async def approve_plan(unit: Unit, plan: StudyPlanRow, exception_reason: str | None) -> None:
    """Puts it in force in place of the version before. Raises MoveNotAllowed; OutsideCreditLimits when it breaks a
    limit and nobody says why that is right."""
    check_move(PLAN_MOVES, PlanState(plan.state), PlanState.APPROVED)
    # two semesters of a year, approved side by side, would each not see the other's credits
    await unit.session.get(StudyRow, plan.study_id, with_for_update=True, populate_existing=True)
    sums = (await sums_of_plans(unit, [plan]))[plan.id]
    if sums.codes and exception_reason is None:
        raise OutsideCreditLimits(breaches=sums.codes)
    before = await unit.session.scalar(
        select(_PLAN)
        .where(
            _PLAN.study_id == plan.study_id,
            _PLAN.academic_session_id == plan.academic_session_id,
            _PLAN.state == PlanState.APPROVED,
        )
        .with_for_update()
    )
    if before is not None:
        before.state = PlanState.SUPERSEDED
        await _tell(unit, before)  # stored first: only one may be approved
    plan.state = PlanState.APPROVED
    plan.exception_reason = exception_reason if sums.codes else None
    plan.approved_at, plan.approved_by = unit.now, unit.actor.account
    await _tell(unit, plan)


async def _tell(unit: Unit, plan: StudyPlanRow, what: str | None = None) -> None:
    await unit.session.flush()
    kind = f"study-plan.{what or plan.state}"
    ids = {"plan": plan.id, "study": plan.study_id, "session": plan.academic_session_id}
    unit.record(kind, "study-plan", plan.id, person=plan.person_id, number=str(plan.number))
    await unit.emit(Event(kind, ids, plan.person_id))


async def _check_items(unit: Unit, semester: SessionBrief, items: Sequence[PlanItem]) -> None:
    """Collects all that is wrong. Raises InvalidFields."""
    courses = await course_briefs(unit, [one.course_id for one in items])
    classes = await class_briefs(unit, [one.class_id for one in items if one.class_id is not None])
    inner = await session_briefs(unit, {one.academic_session_id for one in classes.values()} - {semester.id})
    wrong: list[FieldError] = []
    seen: set[UUID] = set()
    for number, one in enumerate(items):
        if one.course_id not in courses:
            wrong.append(FieldError(f"/items/{number}/course_id", "no-such-object", {}))
        elif one.course_id in seen:
            wrong.append(FieldError(f"/items/{number}/course_id", "listed-twice", {}))
        seen.add(one.course_id)
        if one.class_id is not None:
            chosen = classes.get(one.class_id)
            if chosen is None:
                wrong.append(FieldError(f"/items/{number}/class_id", "no-such-object", {}))
            elif chosen.course_id != one.course_id or not _lies_in(semester, chosen, inner):
                wrong.append(FieldError(f"/items/{number}/class_id", "class-elsewhere", {}))
    if wrong:
        raise InvalidFields(fields=wrong)


def _lies_in(semester: SessionBrief, one: ClassBrief, inner: Mapping[UUID, SessionBrief]) -> bool:
    """In the semester itself, or in a session within it."""
    session = inner.get(one.academic_session_id)
    return one.academic_session_id == semester.id or (session is not None and session.parent_id == semester.id)


async def _store_items(unit: Unit, plan_id: UUID, items: Sequence[PlanItem]) -> None:
    if items:
        await unit.session.execute(
            insert(_ITEM),
            [
                {
                    "id": new_id(),
                    "created_at": unit.now,
                    "plan_id": plan_id,
                    "course_id": one.course_id,
                    "class_id": one.class_id,
                }
                for one in items
            ],
        )


# Reading


async def find_plan(unit: Unit, plan_id: UUID, *, lock: bool = False) -> StudyPlanRow:
    """Raises NotFound."""
    plan = await unit.session.get(_PLAN, plan_id, with_for_update=lock or None, populate_existing=lock)
    if plan is None:
        raise NotFound()
    return plan


async def items_of_plans(unit: Unit, plan_ids: Collection[UUID]) -> dict[UUID, list[PlanItem]]:
    """In the order in which they were written."""
    found: dict[UUID, list[PlanItem]] = {one: [] for one in plan_ids}
    rows = await unit.session.execute(
        select(_ITEM.plan_id, _ITEM.course_id, _ITEM.class_id).where(_ITEM.plan_id.in_(plan_ids)).order_by(_ITEM.id)
    )
    for plan_id, course_id, class_id in rows:
        found[plan_id].append(PlanItem(course_id, class_id))
    return found


async def sums_of_plans(unit: Unit, plans: Collection[StudyPlanRow]) -> dict[UUID, Sums]:
    """Credits as the courses say them now, against the limits in force when the semester begins."""
    return {one.id: await _sums(unit, one) for one in plans}


async def _sums(unit: Unit, plan: StudyPlanRow) -> Sums:
    semester = await session_brief(unit, plan.academic_session_id)
    rule = (await credit_rules(unit, [plan.programme_id], semester.starts_on))[plan.programme_id]
    others = list(
        await unit.session.scalars(
            select(_PLAN.id).where(
                _PLAN.study_id == plan.study_id,
                _PLAN.year_id == plan.year_id,
                _PLAN.academic_session_id != plan.academic_session_id,
                _PLAN.state == PlanState.APPROVED,
            )
        )
    )
    items = await items_of_plans(unit, [plan.id, *others])
    courses = await course_briefs(unit, {one.course_id for some in items.values() for one in some})

    def total(plan_ids: Collection[UUID]) -> tuple[float, float]:
        taken = [courses[one.course_id] for id_ in plan_ids for one in items[id_]]
        ects = sum(one.ects or 0 for one in taken)
        national = sum(one.national_credits or 0 for one in taken)
        return round(ects, 2), round(national, 2)

    in_semester, in_year = total([plan.id]), total([plan.id, *others])
    unknown = tuple(
        one.course_id
        for one in items[plan.id]
        if courses[one.course_id].ects is None or courses[one.course_id].national_credits is None
    )
    breaches = credit_breaches(rule, in_semester, in_year, year_is_full=bool(others))
    return Sums(*in_semester, *in_year, tuple(breaches), unknown)


async def who_has_planned(unit: Unit, one: ClassBrief, studies: Mapping[UUID, UUID]) -> set[UUID]:
    """Of the studies (study -> programme) those that may take the class as far as plans go: the programme asks for
    none, or an approved plan holds the class, or its course without saying which class."""
    rules = await credit_rules(unit, set(studies.values()), unit.today)
    free = {id_ for id_, programme_id in studies.items() if not rules[programme_id].plan_needed}
    bound = set(studies) - free
    if not bound:
        return free
    session = await session_brief(unit, one.academic_session_id)
    planned = await unit.session.scalars(
        select(_PLAN.study_id)
        .join(_ITEM, _ITEM.plan_id == _PLAN.id)
        .where(
            _PLAN.study_id.in_(bound),
            _PLAN.academic_session_id.in_([session.id, session.parent_id]),
            _PLAN.state == PlanState.APPROVED,
            _ITEM.course_id == one.course_id,
            or_(_ITEM.class_id.is_(None), _ITEM.class_id == one.id),
        )
    )
    return free | set(planned)
