"""Ratings over HTTP; see `rating` for the rule."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromQuery, QueryParameter

from api.domains.enrolment.service import held_place
from api.domains.grading.access import own_person, require_class
from api.domains.grading.guards import VIEW_OWN_RATING, VIEW_RATING
from api.domains.grading.rating import (
    RatingScope,
    class_rating,
    group_rating,
    own_place,
    programme_rating,
)
from api.domains.grading.rules import Ranked
from api.domains.grading.schemas import OwnRating, RatingLine
from api.domains.grading.showing import text_of
from api.domains.people.service import full_names
from api.domains.programmes.service import programme_briefs
from api.domains.teaching.service import group_brief
from api.errors import NotFound, invalid
from api.http.exchange import TheExchange
from api.http.paging import Cursor, Limit, page_of_ids
from api.http.wire import PageOf
from api.policy import place
from api.unit import Unit

Scoped = Annotated[RatingScope, QueryParameter(name="scope", description="Of what: a class, a group, a programme")]
ScopedId = Annotated[UUID, QueryParameter(name="scope_id", description="Of which")]
_TAGS: Final = ["rating"]


async def _rating(unit: Unit, scope: RatingScope, scope_id: UUID, session_id: UUID | None) -> list[Ranked]:
    if scope is RatingScope.CLASS:
        return await class_rating(unit, scope_id)
    if session_id is None:
        raise invalid("?academic_session_id", "missing")
    if scope is RatingScope.GROUP:
        return await group_rating(unit, scope_id, session_id)
    return await programme_rating(unit, scope_id, session_id)


@get("/ratings", policy=VIEW_RATING, operation_id="list_rating", tags=_TAGS)
async def list_rating(
    exchange: TheExchange,
    of: Scoped,
    of_id: ScopedId,
    academic_session_id: FromQuery[UUID | None] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response[PageOf[RatingLine]]:
    """A rating with names, for staff: of a class by the points so far; of a group or programme by the approved results
    of a semester. Listed by person, so that a part stays a part while ranks change; sort by `rank`."""
    async with exchange.reading() as unit:
        await _require(unit, of, of_id)
        ranked = {one.person: one for one in await _rating(unit, of, of_id, academic_session_id)}
        ids, answer = page_of_ids(exchange, ranked, cursor, limit)
        names = await full_names(unit, ids)
        return answer(
            [
                RatingLine(
                    rank=ranked[id_].rank, person_id=id_, name=names.get(id_, ""), points=str(ranked[id_].points)
                )
                for id_ in ids
            ]
        ).response()


async def _require(unit: Unit, scope: RatingScope, scope_id: UUID) -> None:
    if scope is RatingScope.CLASS:
        await require_class(unit, VIEW_RATING, scope_id)
    elif scope is RatingScope.GROUP:
        unit.require(VIEW_RATING, (await group_brief(unit, scope_id)).place)
    else:
        programme = (await programme_briefs(unit, [scope_id])).get(scope_id)
        if programme is None:
            raise NotFound()
        unit.require(VIEW_RATING, place(programme=scope_id, unit=programme.unit_id))


@get("/me/rating", policy=VIEW_OWN_RATING, operation_id="get_own_rating", tags=_TAGS)
async def get_own_rating(
    exchange: TheExchange, of: Scoped, of_id: ScopedId, academic_session_id: FromQuery[UUID | None] = None
) -> Response[OwnRating]:
    """One's own place and points in a class, a group or a programme in which one studies, of how many; nobody
    else's."""
    async with exchange.reading() as unit:
        person_id = own_person(unit, VIEW_OWN_RATING)
        rating = await _rating(unit, of, of_id, academic_session_id)
        mine = own_place(rating, person_id)
        is_inside = mine.rank is not None or (
            of is RatingScope.CLASS and await held_place(unit, of_id, person_id) is not None
        )
        if not is_inside:
            raise NotFound()
        return Response(
            OwnRating(
                scope=of,
                scope_id=of_id,
                academic_session_id=academic_session_id,
                rank=mine.rank,
                of=mine.of,
                points=text_of(mine.points),
            )
        )


routers: Final = (Router("/v1", route_handlers=[get_own_rating, list_rating]),)
