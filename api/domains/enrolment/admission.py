"""Admission to programmes, and what becomes of a study."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select

from api.domains.enrolment.enrolling import leave_study
from api.domains.enrolment.errors import ProgrammeNotOpen, StudyExists
from api.domains.enrolment.models import StudyMoveRow, StudyRow
from api.domains.enrolment.rules import LIVE_STUDY, STUDY_MOVES, StudyForm, StudyState
from api.domains.people.rules import Grant
from api.domains.people.service import end_roles_from, grant_roles, person_exists
from api.domains.programmes.rules import Purpose
from api.domains.programmes.service import ProgrammeBrief, programme_briefs, refuse_if_closed
from api.errors import FieldError, InvalidFields, MoveNotAllowed, NotFound, check_move, invalid
from api.events import Event
from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Unit

_NEEDS_ORDER: Final = frozenset(StudyState) - {StudyState.APPLIED, StudyState.REFUSED}
_NEEDS_REASON: Final = frozenset({StudyState.REFUSED, StudyState.ON_LEAVE, StudyState.EXPELLED})
_HOLDS_ROLES: Final = frozenset({StudyState.ADMITTED, StudyState.ACTIVE, StudyState.ON_LEAVE})


@dataclass(frozen=True, slots=True)
class Decision:
    """What a move rests on: an order (буйрук, приказ) with its day, and a reason."""

    reason: str | None = None
    order_number: str | None = None
    order_date: date | None = None


async def apply(
    unit: Unit, person_id: UUID, programme_id: UUID, intake_year: int, form: StudyForm | None = None
) -> StudyRow:
    """An application to a programme; the form is the programme's. Raises InvalidFields, SpecialityClosed,
    ProgrammeNotOpen, StudyExists."""
    programme = await _admitting_programme(unit, programme_id, form)
    if not await person_exists(unit, person_id):
        raise invalid("/person_id", "no-such-object")
    live = select(StudyRow.id).where(
        StudyRow.person_id == person_id, StudyRow.programme_id == programme_id, StudyRow.state.in_(LIVE_STUDY)
    )
    known = await unit.session.scalar(live)
    if known is not None:
        raise StudyExists(study_id=known)
    study = StudyRow(
        id=new_id(),
        created_at=unit.now,
        person_id=person_id,
        programme_id=programme_id,
        unit_id=programme.unit_id,
        form=programme.form.value,
        intake_year=intake_year,
        state=StudyState.APPLIED,
    )
    unit.session.add(study)
    await unit.session.flush()
    await _remember(unit, study, Decision())
    return study


async def move_study(
    unit: Unit, study_id: UUID, to: StudyState, decision: Decision, *, start: StudyState | None = None
) -> StudyRow:
    """Admits, lets begin, sends on leave, expels …; with `start` from that state alone. Raises NotFound,
    MoveNotAllowed, InvalidFields for an order or a reason that is missing, SpecialityClosed and ProgrammeNotOpen for
    admission."""
    study = await unit.session.get(StudyRow, study_id, with_for_update=True, populate_existing=True)
    if study is None:
        raise NotFound()
    check_move(STUDY_MOVES, StudyState(study.state), to)
    if start not in (None, study.state):
        raise MoveNotAllowed(study.state, [one.value for one in STUDY_MOVES[StudyState(study.state)]])
    _check_decision(to, decision)
    if to is StudyState.ADMITTED:
        await _admitting_programme(unit, study.programme_id, StudyForm(study.form))
    study.state = to
    await unit.session.flush()
    if to in _HOLDS_ROLES:
        await grant_roles(unit, roles_of_study(unit, study.id, study.person_id, study.programme_id, study.unit_id))
    if to in (StudyState.ON_LEAVE, StudyState.GRADUATED, StudyState.EXPELLED):
        await leave_study(unit, study.id)
    if to in (StudyState.GRADUATED, StudyState.EXPELLED):
        await end_roles_from(unit, study.id)  # after the classes are locked: see the order in `enrolling`
    await _remember(unit, study, decision)
    return study


async def admit(
    unit: Unit,
    person_id: UUID,
    programme_id: UUID,
    intake_year: int,
    decision: Decision,
    *,
    form: StudyForm | None = None,
    begins: bool = True,
) -> StudyRow:
    """From nothing to admitted by one order, and on to active unless it `begins` later. As `apply` and `move_study`."""
    study = await apply(unit, person_id, programme_id, intake_year, form)
    study = await move_study(unit, study.id, StudyState.ADMITTED, decision)
    return await move_study(unit, study.id, StudyState.ACTIVE, decision) if begins else study


async def find_study(unit: Unit, study_id: UUID) -> StudyRow:
    """Raises NotFound."""
    study = await unit.session.get(StudyRow, study_id)
    if study is None:
        raise NotFound()
    return study


def _check_decision(to: StudyState, decision: Decision) -> None:
    wrong = []
    if to in _NEEDS_ORDER:
        wrong += [
            FieldError(f"/{name}", "order-needed", {})
            for name in ("order_number", "order_date")
            if getattr(decision, name) is None
        ]
    if to in _NEEDS_REASON and decision.reason is None:
        wrong.append(FieldError("/reason", "reason-needed", {}))
    if wrong:
        raise InvalidFields(fields=wrong)


async def _admitting_programme(unit: Unit, programme_id: UUID, form: StudyForm | None) -> ProgrammeBrief:
    programme = (await programme_briefs(unit, [programme_id])).get(programme_id)
    if programme is None:
        raise invalid("/programme_id", "no-such-object")
    if form is not None and form.value != programme.form.value:
        raise invalid("/form", "form-elsewhere", form=programme.form.value)
    for purpose in (Purpose.ADMISSION, Purpose.TRAINING):
        await refuse_if_closed(unit, programme_id=programme_id, purpose=purpose)
    if not programme.is_open_to_admission:
        raise ProgrammeNotOpen(state=programme.state.value)
    return programme


def roles_of_study(unit: Unit, study_id: UUID, person_id: UUID, programme_id: UUID, unit_id: UUID) -> list[Grant]:
    return [
        Grant(person_id, Role.STUDENT, scope, scope_id, unit.today, origin=study_id)
        for scope, scope_id in ((Scope.PROGRAMME, programme_id), (Scope.UNIT, unit_id))
    ]


async def _remember(unit: Unit, study: StudyRow, decision: Decision) -> None:
    unit.session.add(
        StudyMoveRow(
            id=new_id(),
            created_at=unit.now,
            study_id=study.id,
            state=study.state,
            reason=decision.reason,
            order_number=decision.order_number,
            order_date=decision.order_date,
            account_id=unit.actor.account,
        )
    )
    await unit.session.flush()
    await tell_of_study(unit, study.id, study.programme_id, study.person_id, study.state, decision.order_number)


async def tell_of_study(
    unit: Unit, study_id: UUID, programme_id: UUID, person_id: UUID, state: str, order_number: str | None
) -> None:
    facts = {} if order_number is None else {"order": order_number}
    unit.record(f"study.{state}", "study", study_id, person=person_id, **facts)
    await unit.emit(Event(f"study.{state}", {"study": study_id, "programme": programme_id}, person_id))
