"""What a student has against a plan (clause 7.3). It opens a review and stops nothing."""

from typing import Final
from uuid import UUID

from sqlalchemy import select

from api.domains.accommodations.cases import refuse_closed, refuse_own, tell_coordinator
from api.domains.accommodations.errors import NothingToObject, ObjectionIsOpen
from api.domains.accommodations.models import CaseRow, ObjectionRow, PlanRow
from api.domains.accommodations.plans import request_version, versions_of
from api.domains.accommodations.rules import IN_PREPARATION, OPEN_TO_OBJECTION, CaseState, ObjectionState
from api.errors import MoveNotAllowed, NotFound
from api.events import Event
from api.ids import new_id
from api.unit import Unit

TABLE: Final = "plan_objection"
DECIDED: Final = "accommodation-objection.decided"


async def find_objection(unit: Unit, objection_id: UUID) -> tuple[ObjectionRow, PlanRow, CaseRow]:
    """Raises NotFound."""
    row = await unit.session.get(ObjectionRow, objection_id)
    if row is None:
        raise NotFound()
    plan = await unit.session.get_one(PlanRow, row.plan_id)
    return row, plan, await unit.session.get_one(CaseRow, plan.case_id)


async def lock_objection(unit: Unit, objection_id: UUID) -> ObjectionRow:
    return await unit.session.get_one(ObjectionRow, objection_id, with_for_update=True, populate_existing=True)


async def raise_objection(unit: Unit, plan: PlanRow, case: CaseRow, words: str) -> ObjectionRow:
    """The plan stays as it is. Both rows are locked. Raises CaseIsClosed, NothingToObject, ObjectionIsOpen."""
    refuse_closed(case)
    if plan.state not in OPEN_TO_OBJECTION:
        raise NothingToObject(state=plan.state)
    if await unit.session.scalar(
        select(ObjectionRow.id).where(ObjectionRow.plan_id == plan.id, ObjectionRow.state == ObjectionState.OPEN)
    ):
        raise ObjectionIsOpen()
    id_ = new_id()
    row = ObjectionRow(
        id=id_,
        created_at=unit.now,
        plan_id=plan.id,
        state=ObjectionState.OPEN,
        words=unit.keys.seal(words, TABLE, "words", id_),
        answer=None,
        decided_at=None,
        decided_by=None,
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("object", "accommodation-plan", plan.id, person=case.person_id, objection=str(row.id))
    await unit.emit(Event("accommodation-objection.raised", _ids(row, plan, case), case.person_id))
    await tell_coordinator(unit, case)
    return row


async def decide_objection(
    unit: Unit, row: ObjectionRow, plan: PlanRow, case: CaseRow, *, is_upheld: bool, answer: str
) -> None:
    """An objection that is upheld asks for another version of the plan at once, unless one is in preparation. Case and
    objection are locked. Raises OwnCase, MoveNotAllowed."""
    refuse_own(unit, case)
    if row.state != ObjectionState.OPEN:
        raise MoveNotAllowed(row.state, [])
    row.state = ObjectionState.UPHELD if is_upheld else ObjectionState.DISMISSED
    row.answer = unit.keys.seal(answer, TABLE, "answer", row.id)
    row.decided_at, row.decided_by = unit.now, unit.actor.person
    await unit.session.flush()
    unit.record(
        "decide-objection",
        "accommodation-plan",
        plan.id,
        person=case.person_id,
        objection=str(row.id),
        state=row.state,
    )
    await unit.emit(Event(DECIDED, _ids(row, plan, case), case.person_id, {"state": row.state}))
    if not is_upheld or case.state == CaseState.CLOSED:
        return
    if not any(one.state in IN_PREPARATION for one in await versions_of(unit, case.id)):
        await request_version(unit, case, None, None)


def read_words(unit: Unit, row: ObjectionRow) -> tuple[str, str | None]:
    """The objection, and the answer if there is one."""
    answer = None if row.answer is None else unit.keys.open(row.answer, TABLE, "answer", row.id)
    return unit.keys.open(row.words, TABLE, "words", row.id), answer


def _ids(row: ObjectionRow, plan: PlanRow, case: CaseRow) -> dict[str, UUID]:
    return {"objection": row.id, "plan": plan.id, "case": case.id}
