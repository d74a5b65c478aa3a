"""Attempts over HTTP: the whole walk, and everything that must not work (rows 1-8, 10, 17 and 18 of the list of
failures)."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import func, select, update
from sqlalchemy import text as sql

from api.app import all_jobs
from api.domains.conditions.service import grant_extension
from api.domains.grading.models import LineItemRow
from api.domains.grading.service import annul_grade, journal_entry, reinstate_grade
from api.domains.items.content import Key
from api.domains.items.models import ItemKeyRow
from api.domains.items.service import keys_of
from api.domains.tests import attempts, definitions, steady
from api.domains.tests.jobs import CONSUMERS, LOOK_AGAIN_AFTER, NotAllHandedIn, hand_in_due
from api.domains.tests.models import AttemptChangeRow, AttemptRow, ResponseRow, TestRow
from api.events import Event, OutboxRow
from api.identity import Actor
from api.ids import new_id
from api.jobs.port import JobRun
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.testing.world import BY_MACHINE, CLOSES, HOUR, MINUTE, World, build, place_of, text

pytestmark = pytest.mark.anyio
SECRET = "ЖАШЫРУУН-СЫР-ZXQ"


async def test_an_attempt_from_start_to_the_journal(university: University, clock: StandingClock) -> None:
    world = await build(university)
    student, _ = world.students
    test = await world.make_test()
    start = f"/v1/tests/{test}/attempts"
    assert (await world.sent(student, "GET", "/v1/my-tests", 200))["items"][0]["id"] == test
    await world.refused(student, "POST", start, 409, "task-not-open-yet", json={"language": "ky"})
    clock.advance(hours=2)
    attempt = await world.start(student, test)
    assert attempt["deadline_at"] == text(clock.now() + HOUR)
    assert (await world.start(student, test, status=200))["id"] == attempt["id"]  # a second tab
    paper = await world.sent(student, "GET", f"/v1/attempts/{attempt['id']}/paper", 200)
    again = await world.sent(student, "GET", f"/v1/attempts/{attempt['id']}/paper", 200)
    assert paper == again
    assert [place["number"] for place in paper["places"]] == [1, 2, 3, 4, 5, 6]
    right = await world.right_answers()
    for kind in BY_MACHINE[:-1]:
        await world.save(student, attempt, place_of(attempt, kind), right[kind])
    done = await world.submit(student, attempt)
    assert (done["state"], done["submitted_at"]) == ("graded", text(clock.now()))
    assert await world.submit(student, attempt) == done
    listed = await world.sent(world.teacher, "GET", f"/v1/tests/{test}/attempts", 200)
    assert [(one["points"], one["state"]) for one in listed["items"]] == [("10", "graded")]
    line_item = await _line_item(world, test)
    async with world.context.reading(SETUP) as unit:
        entry = await journal_entry(unit, line_item, _person(student))
    assert entry is not None
    assert entry.points == 10
    await world.refused(student, "POST", start, 409, "no-attempt-left", json={"language": "ky"})
    # nothing is shown before release, and afterwards what the rules say
    review = f"/v1/attempts/{attempt['id']}/review"
    assert (await world.sent(student, "GET", review, 200))["shown"] == []
    await world.sent(world.teacher, "POST", f"/v1/line-items/{line_item}/release", 200)
    seen = await world.sent(student, "GET", review, 200)
    assert (seen["state"], seen["shown"], seen["points"]) == ("released", ["points", "answers"], "10")
    clock.advance(days=2)
    seen = await world.sent(student, "GET", review, 200)
    assert seen["shown"] == ["points", "answers", "key", "feedback"]
    numeric = seen["places"][place_of(attempt, "numeric") - 1]
    assert numeric["right"] == {"kind": "numeric", "value": "3.5"}


async def test_the_deadline_counts_to_the_millisecond(university: University, clock: StandingClock) -> None:
    """From both sides, for saves and for handing in; and by whatever it is noticed."""
    world = await build(university, students=5)
    saver, submitter, late, absent, sleeper = world.students
    test = await world.make_test()
    clock.advance(hours=2)
    attempts = [await world.start(one, test) for one in world.students]
    right = await world.right_answers()
    place = place_of(attempts[0], "numeric")
    for one, attempt in zip(world.students, attempts, strict=True):
        await world.save(one, attempt, place_of(attempt, "short-text"), right["short-text"])
    clock.advance(seconds=3599, milliseconds=999)
    await world.save(saver, attempts[0], place, right["numeric"])
    assert (await world.submit(submitter, attempts[1]))["state"] == "graded"
    clock.advance(milliseconds=1)
    path = f"/v1/attempts/{attempts[0]['id']}/responses/{place}"
    body = {"version": 2, "answer": {"kind": "numeric", "value": "4"}}
    await world.refused(saver, "PUT", path, 409, "attempt-over", json=body)
    handed_in = await world.submit(late, attempts[2])
    seen = await world.see(absent, attempts[3])
    assert await hand_in_due(world.context) == 1  # only the last one was left
    assert await hand_in_due(world.context) == 0
    end = attempts[0]["deadline_at"]
    found = [await world.see(one, attempt) for one, attempt in zip(world.students, attempts, strict=True)]
    assert {one["deadline_at"] for one in [*attempts, *found, handed_in, seen]} == {end}
    assert [one["submitted_at"] == end for one in found] == [True, False, True, True, True]
    async with world.context.reading(SETUP) as unit:
        told = (await unit.session.execute(select(AttemptChangeRow.attempt_id, AttemptChangeRow.deadline_at))).all()
        points = dict((await unit.session.execute(select(AttemptRow.person_id, AttemptRow.points))).all())
    assert len(told) == 5
    assert {text(one.deadline_at) for one in told} == {end}
    assert [points[_person(one)] for one in (saver, late, sleeper)] == [400, 200, 200]


async def test_one_attempt_that_cannot_be_handed_in_keeps_no_other_waiting(
    university: University, clock: StandingClock
) -> None:
    world = await build(university, students=3)
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    started = [await world.start(one, test) for one in world.students]
    async with world.context.writing(SETUP) as unit:
        broken = update(AttemptRow).where(AttemptRow.id == UUID(started[0]["id"]))
        await unit.session.execute(broken.values(paper=[["no paper"]]))
    clock.advance(hours=2)
    with pytest.raises(NotAllHandedIn) as told:
        await hand_in_due(world.context)
    assert told.value.done == 2
    async with world.context.reading(SETUP) as unit:
        rows = await unit.session.execute(select(AttemptRow.id, AttemptRow.state))
        states = {str(id_): state for id_, state in rows}
    assert [states[one["id"]] for one in started] == ["in-progress", "graded", "graded"]


async def test_what_the_journal_refuses_is_handed_in_all_the_same(university: University, clock: StandingClock) -> None:
    """The column was cancelled while the student wrote."""
    world = await build(university, students=1)
    (student,) = world.students
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    attempt = await world.start(student, test)
    async with world.context.writing(SETUP) as unit:
        row = await unit.session.get_one(LineItemRow, await _line_item(world, test))
        row.state = "cancelled"
    await world.save(student, attempt, 1, {"kind": "numeric", "value": "3.5"})
    assert (await world.submit(student, attempt))["state"] == "graded"
    async with world.context.reading(SETUP) as unit:
        assert await unit.session.scalar(select(AttemptRow.points)) == 200
        assert await journal_entry(unit, row.id, _person(student)) is None


async def test_the_server_was_down_at_the_deadline(university: University, clock: StandingClock) -> None:
    world = await build(university, students=1)
    (student,) = world.students
    test = await world.make_test(attempts=2)
    clock.advance(hours=2)
    attempt = await world.start(student, test)
    clock.advance(hours=3)
    second = await world.start(student, test)  # the first was handed in by this
    assert second["number"] == 2
    first = await world.see(student, attempt)
    assert (first["state"], first["submitted_at"]) == ("graded", attempt["deadline_at"])
    assert await hand_in_due(world.context) == 0


async def test_a_clock_that_steps_back_an_hour_gives_and_loses_nothing(
    university: University, clock: StandingClock
) -> None:
    world = await build(university, students=2)
    student, other = world.students
    test = await world.make_test()
    clock.advance(hours=2)
    attempt, over = await world.start(student, test), await world.start(other, test)
    right = await world.right_answers()
    place = place_of(attempt, "numeric")
    clock.advance(minutes=59)
    await world.save(student, attempt, place, {"kind": "numeric", "value": "1"})
    await world.submit(other, over)
    clock.advance(hours=-1)
    saved = await world.save(student, attempt, place, right["numeric"], version=2)
    assert saved["saved_at"] == text(clock.now() + HOUR)
    assert saved["deadline_at"] == attempt["deadline_at"]
    path = f"/v1/attempts/{over['id']}/responses/{place}"
    await world.refused(other, "PUT", path, 409, "attempt-over", json={"version": 1, "answer": right["numeric"]})
    assert (await world.see(other, over))["state"] == "graded"
    clock.advance(hours=1, minutes=1)
    body = {"version": 3, "answer": right["numeric"]}
    path = f"/v1/attempts/{attempt['id']}/responses/{place}"
    await world.refused(student, "PUT", path, 409, "attempt-over", json=body)
    async with world.context.reading(SETUP) as unit:
        versions = select(func.count()).where(ResponseRow.attempt_id == UUID(attempt["id"]))
        assert await unit.session.scalar(versions) == 2


async def test_a_clock_set_back_gives_no_time(
    university: University, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock says that an hour more is left; the machine's own count of seconds knows better."""
    elapsed = 5_000.0
    monkeypatch.setattr(steady, "seconds", lambda: elapsed)
    world = await build(university, students=2)
    student, other = world.students
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    attempt, others = await world.start(student, test), await world.start(other, test)
    clock.advance(minutes=30)
    clock.advance(hours=-1)
    elapsed += 59 * 60
    saved = await world.save(student, attempt, 1, {"kind": "numeric", "value": "1"})
    assert saved["saved_at"] < attempt["deadline_at"] == saved["deadline_at"]
    elapsed += 60 + 3
    path = f"/v1/attempts/{attempt['id']}/responses/1"
    body = {"version": 2, "answer": {"kind": "numeric", "value": "3.5"}}
    await world.refused(student, "PUT", path, 409, "attempt-over", json=body)
    assert (await world.see(student, attempt))["submitted_at"] == attempt["deadline_at"]
    monkeypatch.setattr(steady, "BOOT", "another machine")  # there the last moment seen is what is known
    assert (await world.see(other, others))["state"] == "in-progress"


async def test_fifty_parallel_starts_and_submits_are_one(university: University, clock: StandingClock) -> None:
    world = await build(university, students=2)
    student, other = world.students
    test = await world.make_test()
    clock.advance(hours=2)
    for one, same_key in ((student, True), (other, False)):
        client = await world.client(one)

        async def ask(path: str, number: int, body: Any, key: str) -> Any:
            headers = {"Idempotency-Key": key if same_key else f"{key}-{number}"}  # noqa: B023 (asked at once)
            answer = await client.post(path, json=body, headers=headers)  # noqa: B023
            assert answer.status_code in (200, 201), answer.text
            return answer.json()

        starts = f"/v1/tests/{test}/attempts"
        started = await asyncio.gather(*(ask(starts, number, {"language": "ky"}, "start") for number in range(50)))
        assert len({msgspec.json.encode(one) for one in started}) == 1
        submits = f"/v1/attempts/{started[0]['id']}/submit"
        handed = await asyncio.gather(*(ask(submits, number, None, "submit") for number in range(50)))
        assert len({msgspec.json.encode(one) for one in handed}) == 1
    async with world.context.reading(SETUP) as unit:
        assert await unit.session.scalar(select(func.count()).select_from(AttemptRow)) == 2
        assert await unit.session.scalar(select(func.count()).select_from(AttemptChangeRow)) == 2


async def test_a_test_is_neither_cancelled_nor_extended_while_an_attempt_begins(
    university: University, clock: StandingClock
) -> None:
    """Each waits for the other, whichever comes first: there is no attempt at a cancelled test, and none without what
    its student was given in that moment."""
    world = await build(university)
    student, other = world.students
    begun, cancelled = await world.make_test(), await world.make_test(grading={"code": "T2", "weight": 20})
    clock.advance(hours=2)

    async def meanwhile(asker: Actor, path: str, body: Any) -> asyncio.Task[httpx.Response]:
        """What is asked for now, when it has come so far that it waits for the transaction that is open here."""
        asked = asyncio.create_task((await world.client(asker)).post(path, json=body))
        async with asyncio.timeout(10):
            while not asked.done() and not await _waits(world):
                await asyncio.sleep(0)
        assert not asked.done()
        return asked

    async with world.context.writing(student) as unit:
        await attempts.start(unit, UUID(begun), "ky")
        cancelling = await meanwhile(world.teacher, f"/v1/tests/{begun}/cancel", {"reason": "Оору"})
    async with world.context.writing(SETUP) as unit:
        await definitions.cancel_test(unit, await definitions.find_test(unit, UUID(cancelled)), "Оору")
        starting = await meanwhile(student, f"/v1/tests/{cancelled}/attempts", {"language": "ky"})
    answers = [await cancelling, await starting]
    assert [answer.json()["type"] for answer in answers] == ["/problems/test-in-use", "/problems/not-found"]
    reason, hour = "Сервер токтоп калган", text(clock.now() + HOUR + 10 * MINUTE)
    test = await world.make_test(grading={"code": "T3", "weight": 20})
    given = {"task_id": test, "person_id": str(student.person), "reason": reason, "adding": {"minutes": 10}}
    async with world.context.writing(student) as unit:
        running = (await attempts.start(unit, UUID(test), "ky")).row
        granting = await meanwhile(world.teacher, "/v1/extensions", given)
    assert (await granting).status_code == 201
    async with world.context.writing(SETUP) as unit:
        await grant_extension(unit, UUID(test), _person(other), minutes=10, reason=reason)
        if unit.session.get_bind().dialect.name == "postgresql":  # who hands in does not wait, whoever is granted what
            async with asyncio.timeout(10):
                await world.submit(student, {"id": running.id})
        starting = await meanwhile(other, f"/v1/tests/{test}/attempts", {"language": "ky"})
    assert (await starting).json()["deadline_at"] == hour
    async with world.context.reading(SETUP) as unit:
        stored = (await unit.session.execute(select(AttemptRow.test_id, AttemptRow.deadline_at))).all()
    assert sorted(str(id_) for id_, _ in stored) == sorted([begun, test, test])
    assert [text(end) for id_, end in stored if id_ == UUID(test) and end is not None] == [hour, hour]


async def _waits(world: World) -> bool:
    """Whether something waits for a row. On SQLite, writers wait before they read anything."""
    async with world.context.reading(SETUP) as unit:
        if unit.session.get_bind().dialect.name == "sqlite":
            return True
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(await unit.session.scalar(sql(waiting)))


async def test_no_answer_to_a_student_holds_a_key_weight_or_feedback(
    university: University, clock: StandingClock
) -> None:
    """Secrets are planted into every key, then the bytes of every answer on every route of a student are searched."""
    world = await build(university, students=1)
    (student,) = world.students
    await _plant(world)
    test = await world.make_test([*world.items], attempts=1)
    clock.advance(hours=2)
    client = await world.client(student)
    seen = bytearray()

    async def ask(method: str, path: str, **rest: Any) -> Any:
        answer = await client.request(method, path, **rest)
        assert answer.status_code < 500, answer.text
        seen.extend(answer.content)
        seen.extend(repr(answer.headers).encode())
        return answer.json()

    attempt = await ask("POST", f"/v1/tests/{test}/attempts", json={"language": "ky"})
    base = f"/v1/attempts/{attempt['id']}"
    for kind in world.items:
        wrong = {"version": 1, "answer": {"kind": "numeric" if kind != "numeric" else "essay"}}
        await ask("PUT", f"{base}/responses/{place_of(attempt, kind)}", json=wrong)
    body = {"version": 1, "answer": {"kind": "numeric", "value": "7"}}
    await ask("PUT", f"{base}/responses/{place_of(attempt, 'numeric')}", json=body)
    await ask("PUT", f"{base}/responses/99", json=body)
    reads = (
        *("/v1/my-tests", "/v1/my-attempts", "/v1/sittings", f"/v1/tests/{test}", f"/v1/tests/{test}/conditions"),
        *(f"/v1/tests/{test}/warning", f"/v1/tests/{test}/attempts", f"/v1/tests/{test}/students"),
        *(base, f"{base}/paper", f"{base}/review", "/v1/item-banks"),
        *(f"/v1/item-versions/{id_}" for id_ in world.items.values()),
    )
    for path in reads:
        await ask("GET", path)
    await ask("POST", f"{base}/advance", json={"leaving": 1})
    await ask("POST", f"{base}/breaks")
    await ask("POST", f"{base}/breaks/end")
    await ask("POST", f"{base}/submit")
    for path in reads:
        await ask("GET", path)
    clock.advance(days=30)
    for path in reads:
        await ask("GET", path)
    assert len(seen) > 20_000
    text_seen = seen.decode("utf-8", "replace")
    found = [word for word in (SECRET, "-77777", "feedback_", "weights", "tolerance") if word in text_seen]
    assert found == []
    seed = await _seed(world, attempt["id"])
    assert seed not in text_seen


async def test_a_test_in_order_is_neither_read_ahead_nor_gone_back_to(
    university: University, clock: StandingClock
) -> None:
    world = await build(university, students=1)
    (student,) = world.students
    test = await world.make_test(["numeric", "short-text", "single-choice"], navigation="sequential", shuffle=False)
    clock.advance(hours=2)
    attempt = await world.start(student, test)
    base = f"/v1/attempts/{attempt['id']}"
    right = await world.right_answers()
    first = await world.sent(student, "GET", f"{base}/paper", 200)
    assert [place["question"]["kind"] for place in first["places"]] == ["numeric"]
    ahead = {"version": 1, "answer": right["short-text"]}
    await world.refused(student, "PUT", f"{base}/responses/2", 409, "place-not-yet", json=ahead)
    await world.save(student, attempt, 1, right["numeric"])
    for _ in range(2):  # pressed twice
        moved = await world.sent(student, "POST", f"{base}/advance", 200, json={"leaving": 1})
        assert moved["reached"] == 2
    back = {"version": 2, "answer": right["numeric"]}
    await world.refused(student, "PUT", f"{base}/responses/1", 409, "place-gone", json=back)
    await world.refused(student, "POST", f"{base}/advance", 409, "place-not-yet", json={"leaving": 3})
    second = await world.sent(student, "GET", f"{base}/paper", 200)
    assert [place["question"]["kind"] for place in second["places"]] == ["short-text"]


async def test_versions_of_an_answer(university: University, clock: StandingClock) -> None:
    """Another tab, a repeated request, a lost answer: nothing is written over unseen."""
    world = await build(university, students=1)
    (student,) = world.students
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    attempt = await world.start(student, test)
    path = f"/v1/attempts/{attempt['id']}/responses/1"
    one, two = ({"kind": "numeric", "value": value} for value in ("1", "2"))
    first = await world.save(student, attempt, 1, one)
    clock.advance(seconds=5)
    assert await world.save(student, attempt, 1, one) == first
    stale = await world.refused(student, "PUT", path, 412, "stale-response", json={"version": 1, "answer": two})
    assert stale == {"current": 1}
    await world.refused(student, "PUT", path, 412, "stale-response", json={"version": 3, "answer": two})
    await world.save(student, attempt, 1, two, version=2)
    assert await world.save(student, attempt, 1, one) == first  # the first tab's request, once more
    paper = await world.sent(student, "GET", f"/v1/attempts/{attempt['id']}/paper", 200)
    assert (paper["places"][0]["version"], paper["places"][0]["answer"]) == (2, two)
    client = await world.client(student)
    bodies = [{"version": 3, "answer": {"kind": "numeric", "value": str(number)}} for number in range(10)]
    answers = await asyncio.gather(*(client.put(path, json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9


async def test_what_the_client_says_of_time_and_points_is_refused(university: University, clock: StandingClock) -> None:
    world = await build(university, students=1)
    (student,) = world.students
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    start = f"/v1/tests/{test}/attempts"
    for body in (
        {},
        {"language": "en"},
        {"language": "ky", "started_at": text(clock.now())},
        {"language": "ky", "deadline_at": text(CLOSES)},
        {"language": "ky", "time_limit_minutes": 600},
        {"language": "ky", "seed": "0"},
    ):
        await world.refused(student, "POST", start, 422, "invalid-fields", json=body)
    attempt = await world.start(student, test)
    path = f"/v1/attempts/{attempt['id']}/responses/1"
    good = {"version": 1, "answer": {"kind": "numeric", "value": "3.5"}}
    for extra in ({"points": "2"}, {"saved_at": text(clock.now())}, {"score": 2}, {"is_right": True}):
        await world.refused(student, "PUT", path, 422, "invalid-fields", json=good | extra)
    scored = {"version": 1, "answer": {"kind": "numeric", "value": "3.5", "points": "2"}}
    await world.refused(student, "PUT", path, 422, "invalid-fields", json=scored)
    for other in ({"kind": "essay", "text": "a"}, {"kind": "no-such"}, {}):
        await world.refused(student, "PUT", path, 422, "invalid-fields", json={"version": 1, "answer": other})
    await world.sent(student, "POST", f"/v1/attempts/{attempt['id']}/submit", 400, json={"submitted_at": "2026"})
    assert (await world.see(student, attempt))["state"] == "in-progress"


async def test_nobody_touches_the_attempt_of_somebody_else(university: University, clock: StandingClock) -> None:
    """Row 1: every route of an attempt, by another student of the class and by teachers: 404 each time."""
    world = await build(university, students=2)
    student, other = world.students
    test = await world.make_test(["numeric"])
    clock.advance(hours=2)
    attempt = await world.start(student, test)
    base = f"/v1/attempts/{attempt['id']}"
    body = {"version": 1, "answer": {"kind": "numeric", "value": "3.5"}}
    asked: list[tuple[str, str, Any]] = [
        ("GET", base, None),
        ("GET", f"{base}/paper", None),
        ("GET", f"{base}/review", None),
        ("GET", f"{base}/events", None),
        ("GET", f"{base}/files/{attempt['id']}", None),
        ("PUT", f"{base}/responses/1", body),
        ("POST", f"{base}/advance", {"leaving": 1}),
        ("POST", f"{base}/breaks", None),
        ("POST", f"{base}/breaks/end", None),
        ("POST", f"{base}/submit", None),
    ]
    for actor in (other, world.teacher, world.other_teacher, world.dean, world.office):
        for method, path, content in asked:
            await world.refused(actor, method, path, 404, "not-found", json=content)
    for actor in (student, other, world.other_teacher):
        for path in (f"/v1/tests/{test}", f"/v1/tests/{test}/attempts", f"/v1/tests/{test}/students"):
            answer = await (await world.client(actor)).get(path)
            assert answer.status_code in (403, 404), path
    stays = await world.see(student, attempt)
    assert (stays["state"], stays["places"][0]["version"]) == ("in-progress", 0)
    for actor in (world.teacher, world.other_teacher):
        answer = await (await world.client(actor)).post(f"/v1/tests/{test}/attempts", json={"language": "ky"})
        assert answer.status_code in (403, 404)
    mine = await world.sent(student, "GET", "/v1/my-attempts", 200)
    assert [(one["id"], one["state"]) for one in mine["items"]] == [(attempt["id"], "in-progress")]
    assert (await world.sent(other, "GET", f"/v1/my-attempts?test_id={test}", 200))["items"] == []
    visitor = await world.client(None)
    assert (await visitor.get(base)).status_code == 401


async def test_a_self_check_is_seen_at_once_and_never_touches_the_journal(
    university: University, clock: StandingClock
) -> None:
    world = await build(university, students=1)
    (student,) = world.students
    test = await world.make_test(["numeric", "essay"], is_self_check=True, attempts=None, review={"key": "released"})
    clock.advance(hours=2)
    for _ in range(2):
        attempt = await world.start(student, test)
        await world.save(student, attempt, place_of(attempt, "numeric"), {"kind": "numeric", "value": "3.5"})
        await world.submit(student, attempt)
        seen = await world.sent(student, "GET", f"/v1/attempts/{attempt['id']}/review", 200)
        assert seen["points"] == "2"
        assert "key" in seen["shown"]
    async with world.context.reading(SETUP) as unit:
        assert await unit.session.scalar(select(TestRow.line_item_id)) is None
    items = await world.sent(world.teacher, "GET", f"/v1/classes/{world.class_id}/line-items", 200)
    assert items["items"] == []


async def test_a_plan_of_the_same_moment_reaches_an_attempt_that_began_without_it(
    university: University, clock: StandingClock
) -> None:
    """Neither transaction saw the other: some seconds later somebody looks again."""
    world = await build(university)
    student = world.students[0]
    test = await world.make_test()
    clock.advance(hours=2)
    attempt, now = await world.start(student, test), clock.now()
    await world.agree(student.person, "additional-testing-time", time_percent=150)
    plan = OutboxRow(id=new_id(), created_at=now, kind="accommodation-plan.activated", person=student.person)
    wanted = [job for consumer in CONSUMERS[plan.kind] for job in await consumer(world.context, plan)]
    (name,) = {one.name for one in wanted}
    assert [one.not_before for one in wanted] == [now + LOOK_AGAIN_AFTER]
    (job,) = (one for one in all_jobs(world.context) if one.name == name)
    for _ in range(2):  # jobs may be repeated
        await job.run(JobRun(name, wanted[0].key, wanted[0].payload, 1, False))
        seen = await world.see(student, attempt)
        assert (seen["deadline_at"], seen["changes"]) == (text(now + 90 * MINUTE), 1)


async def test_more_time_reaches_who_writes_and_nothing_shortens_it(
    university: University, clock: StandingClock
) -> None:
    """An extension, a plan, a moved test: each lengthens the running attempt once; all paths say the same instant."""
    world = await build(university, students=2)
    student, other = world.students
    test = await world.make_test()
    clock.advance(hours=2)
    attempt, others = await world.start(student, test), await world.start(other, test)
    start = clock.now()
    async with world.context.writing(SETUP) as unit:
        await grant_extension(unit, UUID(test), _person(student), minutes=15, reason="Жарык өчтү")
    assert (await world.see(student, attempt))["deadline_at"] == text(start + 75 * MINUTE)
    await world.agree(student.person, "additional-testing-time", told=True, time_percent=150)
    assert (await world.see(student, attempt))["deadline_at"] == text(start + 105 * MINUTE)
    move = {"reason": "Кыскартуу", "time_limit_minutes": 30}
    await world.sent(world.teacher, "POST", f"/v1/tests/{test}/move", 200, json=move)
    seen = await world.see(student, attempt)
    assert (seen["deadline_at"], seen["changes"]) == (text(start + 105 * MINUTE), 2)
    assert (await world.see(other, others))["deadline_at"] == others["deadline_at"]
    clock.advance(minutes=104, seconds=59)
    saved = await world.save(student, attempt, place_of(attempt, "numeric"), {"kind": "numeric", "value": "1"})
    assert saved["deadline_at"] == seen["deadline_at"]
    clock.advance(seconds=1)
    done = await world.submit(student, attempt)
    assert (done["submitted_at"], done["deadline_at"]) == (seen["deadline_at"], seen["deadline_at"])
    async with world.context.reading(SETUP) as unit:
        row = await unit.session.get_one(AttemptRow, UUID(attempt["id"]))
    assert [change["deadline_at"] for change in row.conditions["changes"]] == [
        text(start + 75 * MINUTE).replace("Z", ".000Z"),
        text(start + 105 * MINUTE).replace("Z", ".000Z"),
    ]


async def test_an_annulled_attempt_is_back_when_the_case_does_not_stand(
    university: University, clock: StandingClock
) -> None:
    """That one alone: neither another one of the student's, nor somebody else's."""
    world = await build(university, students=2)
    student, other = world.students
    test = await world.make_test(["numeric"], attempts=2)
    clock.advance(hours=2)
    attempts = [await world.start(student, test)]
    await world.submit(student, attempts[0])
    attempts.append(await world.start(student, test))
    for one, attempt in ((student, attempts[1]), (other, await world.start(other, test))):
        await world.submit(one, attempt)
    line_item, person, case = await _line_item(world, test), _person(student), new_id()

    async def states() -> list[str]:
        async with world.context.reading(SETUP) as unit:
            found = await unit.session.execute(select(AttemptRow.id, AttemptRow.state, AttemptRow.person_id))
            known = {row.id: row.state for row in found}
        mine = [known.pop(UUID(one["id"])) for one in attempts]
        return [*mine, *known.values()]

    async with world.context.writing(world.dean) as unit:
        unit.asked = True
        ids = {"case": case, "task": UUID(test), "work": UUID(attempts[0]["id"])}
        await annul_grade(unit, line_item, person, "Башка адам", case)
        await unit.emit(Event("integrity-case.annulled", ids, person, {"work_kind": "attempt"}))
    assert await states() == ["annulled", "graded", "graded"]
    async with world.context.writing(world.teacher) as unit:
        unit.asked = True
        await reinstate_grade(unit, line_item, person, "Апелляция", case)
    assert await states() == ["graded", "graded", "graded"]


def _person(actor: Any) -> UUID:
    person: UUID = actor.person
    return person


async def _line_item(world: World, test: str) -> UUID:
    async with world.context.reading(SETUP) as unit:
        found = await unit.session.scalar(select(TestRow.line_item_id).where(TestRow.id == UUID(test)))
    assert found is not None
    return found


async def _seed(world: World, attempt_id: str) -> str:
    async with world.context.reading(SETUP) as unit:
        return (await unit.session.get_one(AttemptRow, UUID(attempt_id))).seed


async def _plant(world: World) -> None:
    """The secret into every text of every key, and a weight that is nowhere else."""
    async with world.context.writing(SETUP) as unit:
        for id_, key in (await keys_of(unit, world.items.values())).items():
            stored: Any = msgspec.to_builtins(key)
            for name in ("feedback", "feedback_right", "feedback_wrong", "hints"):
                stored[name] = {"ky": SECRET, "ru": SECRET, "en": SECRET}
            if stored.get("weights"):
                stored["weights"] = dict.fromkeys(stored["weights"], -77777) | {stored["right"][0]: 77777}
            if "accepted" in stored:
                stored["accepted"] = {"ky": [{"text": SECRET, "percent": 100}]}
            if "value" in stored:
                stored["value"] = "-77777"
            msgspec.convert(stored, Key)
            await unit.session.execute(
                update(ItemKeyRow).where(ItemKeyRow.item_version_id == id_).values(content=stored)
            )
