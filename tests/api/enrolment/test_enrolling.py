"""Enrolling in a class over HTTP: who may, when, and what is refused."""

from datetime import timedelta

import pytest

from api.domains.enrolment.service import complete, recognise_course
from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import NOW, StandingClock, University
from tests.api.enrolment.world import DAY, SETUP, build_world, desk, officer, slug, student

pytestmark = pytest.mark.anyio


async def test_a_student_enrols_and_sees_it(context: Context, university: University) -> None:
    world = await build_world(context)
    one, me = await world.add_class(), world.students[0]
    await world.open_window()
    mine = await desk(university, student(me))
    answer = await mine.enrol(one)
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"1"'
    body = answer.json()
    assert (body["state"], body["position"], body["person_id"]) == ("enrolled", None, str(me))
    assert await mine.see(body["id"]) == body
    listed = (await mine.client.get("/v1/enrolments")).json()
    assert [row["id"] for row in listed["items"]] == [body["id"]]
