"""What an instructor does for whom, never why."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath
from sqlalchemy import or_, select

from api.domains.accommodations.agreed import agreed_in_class
from api.domains.accommodations.guards import VIEW_CLASS
from api.domains.accommodations.models import AccommodationRow, CaseRow, PlanRow
from api.domains.accommodations.rules import Agreed, TaskKind, applicable
from api.domains.accommodations.schemas import ClassAccommodation, ClassAccommodations
from api.domains.accommodations.wording import word_accommodation
from api.domains.people import service as people
from api.domains.teaching import service as teaching
from api.http.exchange import Answer, TheExchange
from api.http.paging import Cursor, Limit, page
from api.http.wire import PageOf
from api.identity import Role, Scope
from api.policy import place


@get(
    "/{class_id:uuid}/accommodations",
    policy=VIEW_CLASS,
    operation_id="list_class_accommodations",
    tags=["accommodations"],
)
async def list_class_accommodations(
    class_id: FromPath[UUID], exchange: TheExchange, cursor: Cursor = None, limit: Limit = 50
) -> Response[PageOf[ClassAccommodations]]:
    """What to do for which student of the class, today and later: its instructors, the inclusive-education office. Not
    why. Tests and assignments of the service take it into account by themselves. Each reading is in the audit log."""
    async with exchange.writing() as unit:
        unit.require(VIEW_CLASS, place(class_=class_id))
        await teaching.class_brief(unit, class_id)
        members = await people.holders_of(unit, Role.STUDENT, Scope.CLASS, class_id)
        still = (
            select(AccommodationRow.id)
            .join(PlanRow, AccommodationRow.plan_id == PlanRow.id)
            .where(
                PlanRow.case_id == CaseRow.id,
                PlanRow.effective_until >= unit.today,
                PlanRow.effective_until >= PlanRow.effective_from,
                or_(AccommodationRow.class_id.is_(None), AccommodationRow.class_id == class_id),
            )
        )
        query = select(CaseRow).where(CaseRow.person_id.in_(members), still.exists())
        answer = await page(exchange, unit, query, [CaseRow.id], lambda row: row.person_id, cursor, limit)
        persons = list(dict.fromkeys(answer.content.items))
        agreed = await agreed_in_class(unit, class_id, persons)
        names = await people.full_names(unit, persons)
        for person_id in persons:
            unit.record("read-class", "class", class_id, person=person_id)
        items = [
            ClassAccommodations(
                person_id=person_id,
                name=names.get(person_id, ""),
                accommodations=_shown(agreed.get(person_id, ()), class_id, unit.today, exchange.language),
            )
            for person_id in persons
        ]
        return Answer(PageOf(items=items, next=answer.content.next), headers=answer.headers).response()


def _shown(agreed: Sequence[Agreed], class_id: UUID, today: date, language: str) -> list[ClassAccommodation]:
    """What still holds, each with the kinds of task it holds for: nothing that the same plan takes back here."""
    kinds: dict[Agreed, list[TaskKind]] = {}
    for kind in TaskKind:
        for one in applicable(agreed, kind, class_id, today, None):
            kinds.setdefault(one, []).append(kind)
    found = []
    for one, its_kinds in kinds.items():
        words = word_accommodation(one.feature, one.value, language)
        found.append(
            ClassAccommodation(
                feature=one.feature,
                title=words.title,
                instruction=words.instruction,
                kinds=its_kinds,
                valid_from=one.valid_from,
                valid_until=one.valid_until,
            )
        )
    return found


router = Router("/v1/classes", route_handlers=[list_class_accommodations])
