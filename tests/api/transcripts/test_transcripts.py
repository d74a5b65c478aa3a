"""From the draft to the version that takes its place (clause 6.5), over HTTP, on both databases."""

import asyncio
import json
from dataclasses import replace as with_keys
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from api.domains.audit.models import AuditRow
from api.domains.people.models import PersonRow
from api.domains.privacy.service import rotate_keys
from api.domains.transcripts.mails import MAILS
from api.domains.transcripts.models import MUTABLE, TranscriptRow
from api.domains.transcripts.rules import CODES, Format, content_digest, make_code
from api.domains.transcripts.service import check_seal
from api.domains.transcripts.verification_page import PAGE_POLICY
from api.errors import words_of
from api.events import OutboxRow
from api.identity import Actor, HeldRole, Method, Role, Scope
from api.ids import new_id
from api.keys import KeyRing
from api.unit import Context
from builder.exports.braille import braille_to_text
from builder.model.language import KYRGYZ
from tests.api.conftest import StandingClock, University
from tests.api.enrolment.world import SETUP
from tests.api.transcripts.campus import Campus, ask, build_campus, officer, student

pytestmark = pytest.mark.anyio
REASON = {"reason": "Titles in Russian and English follow."}


async def issued(university: University, campus: Campus, reason: str | None = None) -> dict[str, Any]:
    """A transcript of the first student, drafted by the registry and approved by the dean's office."""
    registry, dean = await university.as_(campus.registry), await university.as_(campus.dean)
    wanted = campus.wanted | ({} if reason is None else {"reason": reason})
    draft = await ask(registry, "POST", "/v1/transcripts", 201, wanted)
    path = f"/v1/transcripts/{draft['id']}"
    await ask(dean, "POST", f"{path}/approve", 200, REASON, '"1"')
    found: dict[str, Any] = await ask(dean, "POST", f"{path}/issue", 200, None, '"2"')
    return found


async def test_the_life_of_a_transcript(university: University, context: Context, clock: StandingClock) -> None:
    campus = await build_campus(context)
    registry, dean = await university.as_(campus.registry), await university.as_(campus.dean)
    learner, stranger = await university.as_(student(campus.student)), await university.as_()

    # Drafted from the journal
    draft = await ask(registry, "POST", "/v1/transcripts", 201, campus.wanted)
    path = f"/v1/transcripts/{draft['id']}"
    assert (draft["state"], draft["number"], draft["version"], draft["code"]) == ("draft", "2026-000001", 1, None)
    found = draft["content"]
    assert [(one["course"], one["points"], one["grade"], one["ects"], one["gpa"]) for one in found["results"]] == [
        ("course-0", "87.5", "A", "5", "4"),
        ("course-1", "41.25", "F", "5", None),
    ]
    assert (found["totals"]["ects"], found["totals"]["ects_earned"]) == ("10", "5")
    assert found["scales"][0]["source"] == "For this test."
    assert {one["what"] for one in draft["gaps"]} >= {"course:course-0", "university"}
    await ask(registry, "POST", "/v1/transcripts", 409, campus.wanted)
    await ask(learner, "GET", path, 404)
    assert (await ask(learner, "GET", "/v1/transcripts"))["items"] == []
    await ask(registry, "POST", f"{path}/issue", 409, None, '"1"')

    # Approved by somebody else, who says why in spite of the gaps
    assert (await ask(registry, "POST", f"{path}/approve", 409, REASON, '"1"'))["type"] == "/problems/own-draft"
    await ask(dean, "POST", f"{path}/approve", 428, REASON)
    refused = await ask(dean, "POST", f"{path}/approve", 422, {}, '"1"')
    assert refused["errors"][0]["code"] == "gaps-need-reason"
    await campus.grade(campus.classes[1], campus.student, "55", "F")
    assert (await ask(dean, "POST", f"{path}/approve", 409, REASON, '"1"'))["type"] == "/problems/transcript-outdated"
    await ask(registry, "POST", f"{path}/remake", 200, None, '"1"')
    await ask(dean, "POST", f"{path}/approve", 412, REASON, '"1"')
    approved = await ask(dean, "POST", f"{path}/approve", 200, REASON, '"2"')
    assert approved["content"]["approval"] == {
        "by": "Кызматкер Айгүл 2",
        "office": "deans-office",
        "on": "2026-09-01",
    }
    await ask(registry, "POST", f"{path}/remake", 409, None, '"3"')
    await ask(learner, "GET", path, 404)
    preview = await registry.get(f"{path}/renditions/text?language=ru")
    assert "не имеет силы" in preview.text

    # Issued
    document = await ask(registry, "POST", f"{path}/issue", 200, None, '"3"')
    await ask(registry, "POST", f"{path}/issue", 409, None, '"4"')
    mine = await ask(learner, "GET", path)
    assert (mine["state"], mine["gaps"], mine["drafted_by"], mine["approval_reason"]) == ("issued", None, None, None)
    assert mine["content"] == document["content"] and mine["titles_missing"] == ["ru", "en"]
    assert [one["id"] for one in (await ask(learner, "GET", "/v1/transcripts"))["items"]] == [draft["id"]]

    # Printed: made once, kept, the same bytes
    address = f"{path}/renditions/brf?language=ky"
    first, second = await learner.get(address), await learner.get(address)
    assert first.status_code == 200 and first.content == second.content
    assert first.headers["content-disposition"] == second.headers["content-disposition"]
    assert first.headers["content-disposition"].startswith("attachment")
    pdf = [await learner.get(f"{path}/renditions/pdf?language=ky") for _ in range(2)]
    assert {one.headers["content-type"] for one in pdf} == {"application/pdf"} and pdf[0].content == pdf[1].content
    for stored in context.settings.data.glob("files/*/*"):
        stored.chmod(0o600)
        stored.write_bytes(b"damaged")
    assert (await learner.get(f"{path}/renditions/pdf?language=ky")).content == pdf[0].content
    assert first.headers["x-content-type-options"] == second.headers["x-content-type-options"] == "nosniff"
    assert "87,5/100" in braille_to_text(first.content, KYRGYZ) and mine["code"] in braille_to_text(
        first.content, KYRGYZ
    )
    await ask(learner, "GET", f"{path}/renditions/brf", 422)
    await ask(learner, "GET", f"{path}/renditions/epub?language=ky", 422)

    # Verified by anybody
    address = f"/v1/verifications/{mine['code'].replace('-', '')}"
    told = await ask(stranger, "GET", address)
    assert (told["state"], told["number"], told["digest"]) == ("valid", "2026-000001", mine["digest"])
    assert told["initials"] == "А. Б." and "Асанов" not in json.dumps(told, ensure_ascii=False)
    file = (await learner.get(f"{path}/renditions/json?language=ky")).json()
    assert content_digest(file["content"]) == mine["digest"]
    assert (await ask(stranger, "POST", "/v1/verifications", 200, file))["state"] == "valid"
    for more in ({"issued_on": "2025-09-01"}, {"digest": "0" * 64}, {"grade": "A"}):  # besides what is digested
        assert (await ask(stranger, "POST", "/v1/verifications", 200, file | more))["state"] == "altered"
    twice = json.dumps(file).replace('{"code"', '{"content": {"grade": "A"}, "code"', 1)  # which a reader sees first
    refused = await stranger.post("/v1/verifications", content=twice, headers={"Content-Type": "application/json"})
    assert refused.status_code == 400, refused.text
    file["content"]["results"][1]["grade"] = "A"
    altered = await ask(stranger, "POST", "/v1/verifications", 200, file)
    assert (altered["state"], altered["number"]) == ("altered", None)

    page = await stranger.get("/verify", params={"code": mine["code"], "language": "ru"})
    assert page.headers["content-type"].startswith("text/html") and "script" not in page.text
    assert "подлинный и действителен" in page.text and "2026-000001" in page.text and "Асанов" not in page.text
    mistyped = await stranger.get("/verify", params={"code": '"><b>', "language": "ky"})
    assert "aria-invalid" in mistyped.text and "<b>" not in mistyped.text

    # Told to the student, not what it says
    async with context.writing(SETUP) as unit:
        learned = await unit.session.get_one(PersonRow, campus.student)
        learned.email, learned.language = "aigul@university.test", "ru"
        event = (await unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "transcript.issued"))).one()
        mail = await MAILS["transcript.issued"](unit, event)
    assert mail is not None and (mail.to, mail.language) == ("aigul@university.test", "ru")
    assert "2026-000001" in mail.text and mine["code"] not in mail.text and "{" not in mail.text

    # A grade that changes shows only in a new version
    assert (await ask(registry, "GET", "/v1/transcripts/changes"))["items"] == []
    clock.advance(days=1)
    await campus.grade(campus.classes[1], campus.student, "60", "A")
    (change,) = (await ask(dean, "GET", "/v1/transcripts/changes"))["items"]
    assert (change["transcript_id"], change["class_id"]) == (draft["id"], str(campus.classes[1]))
    await ask(learner, "GET", "/v1/transcripts/changes", 403)
    (difference,) = (await ask(dean, "GET", f"{path}/differences"))["differences"]
    assert (difference["was"]["points"], difference["now"]["points"]) == ("55", "60")
    await ask(learner, "GET", f"{path}/differences", 404)
    assert (await ask(learner, "GET", path))["content"] == document["content"]
    refused = await ask(registry, "POST", "/v1/transcripts", 422, campus.wanted)
    assert refused["errors"][0]["code"] == "reason-for-version-needed"
    renewed = await issued(university, campus, "Appeal granted")
    assert (renewed["number"], renewed["version"], renewed["replaces_id"]) == ("2026-000001", 2, draft["id"])
    assert (renewed["content"]["replaces"], renewed["content"]["results"][1]["grade"]) == (1, "A")
    assert (await ask(registry, "GET", "/v1/transcripts/changes"))["items"] == []
    async with context.reading(SETUP) as unit:
        events = await unit.session.scalars(
            select(OutboxRow).where(OutboxRow.kind == "transcript.issued").order_by(OutboxRow.id)
        )
        first_mail, second_mail = [await MAILS["transcript.issued"](unit, one) for one in events.all()]
    assert first_mail is None and second_mail is not None  # of what is superseded by now nobody is told
    assert "версия 2" in second_mail.text
    told = await ask(stranger, "GET", address)
    assert (told["state"], told["version"], told["superseded_on"]) == ("superseded", 1, "2026-09-02")
    assert (await learner.get(f"{path}/renditions/brf?language=ky")).content == first.content
    assert (await ask(learner, "GET", path))["content"] == document["content"]

    # Each reading is in the log
    async with context.reading(SETUP) as unit:
        entries = (
            await unit.session.scalars(
                select(AuditRow).where(AuditRow.subject == "transcript").order_by(AuditRow.number)
            )
        ).all()
    read = [one for one in entries if one.what == "transcript.read" and one.by_person == campus.student]
    assert [one.facts.get("form", "") for one in read] == [
        *("", "brf", "brf", "pdf", "pdf", "pdf", "json", "", "brf", ""),
    ]
    assert [one.facts["state"] for one in entries if one.what == "transcript.verify"] == [
        *("valid", "valid", *["altered"] * 4, "valid", "superseded"),
    ]
    assert "Асанов" not in " ".join(map(str, (one.facts for one in entries)))


async def test_nobody_else_sees_or_makes_transcripts(university: University, context: Context) -> None:
    """Rows 1, 2, 3, 14 and 15 of our list of failures: another student, another dean's office, who teaches, a token."""
    campus = await build_campus(context)
    world = campus.world
    document = await issued(university, campus)
    path = f"/v1/transcripts/{document['id']}"
    token = Actor(account=campus.student, person=campus.student, method=Method.TOKEN, token_scopes=frozenset({"x"}))
    others = [
        student(world.students[1]),
        student(world.stranger),
        world.other_dean,
        world.head,
        officer(Role.INSTRUCTOR, Scope.CLASS, campus.classes[0]),
        officer(Role.CURATOR, Scope.UNIT, world.faculty),
        officer(Role.INCLUSION_OFFICE, Scope.UNIVERSITY),
        officer(Role.ADMINISTRATOR, Scope.UNIVERSITY),
        token,
    ]
    reads = [path, f"{path}/differences", f"{path}/renditions/text?language=ky", f"/v1/transcripts/{new_id()}"]
    for actor in others:
        client = await university.as_(actor)
        assert [(await client.get(one)).status_code for one in reads] == [404] * 4
        listed = await client.get("/v1/transcripts")
        assert listed.status_code == 403 or listed.json()["items"] == []
        assert (await client.post("/v1/transcripts", json=campus.wanted)).status_code == 404
        for verb in ("remake", "issue", "approve"):
            body = REASON if verb == "approve" else None
            answer = await client.post(f"{path}/{verb}", json=body, headers={"If-Match": "*"})
            assert answer.status_code == 404, (actor.roles, verb)
    learner, visitor = await university.as_(student(campus.student)), await university.as_()
    assert (await learner.post("/v1/transcripts", json=campus.wanted)).status_code == 404
    assert (await learner.post(f"{path}/issue", headers={"If-Match": "*"})).status_code == 404
    assert [(await visitor.get(one)).status_code for one in reads] == [401] * 4
    # Who works in the registry decides nothing about oneself
    own = Actor(
        account=campus.student,
        person=campus.student,
        roles=(HeldRole(Role.REGISTRY, Scope.UNIVERSITY),),
        method=Method.SESSION,
    )
    again = await ask(await university.as_(campus.registry), "POST", "/v1/transcripts", 201, campus.wanted | REASON)
    client = await university.as_(own)
    refused = await ask(client, "POST", f"/v1/transcripts/{again['id']}/approve", 409, REASON, '"1"')
    assert refused["type"] == "/problems/own-transcript"


async def test_the_database_refuses_changes_and_the_seal_shows_those_it_was_made_to_take(
    university: University, context: Context
) -> None:
    campus = await build_campus(context)
    document = await issued(university, campus)
    renewed = await issued(university, campus, "A new version")
    forged = json.dumps(renewed["content"] | {"results": []})
    tries = {
        "issued": [
            "state = 'draft'",
            "state = 'approved'",
            f"content = '{forged}'",
            "digest = '0'",
            "code = '1'",
            "issued_on = '2020-01-01'",
            "number = '1'",
            "edition = 7",
            "approved_by = NULL, approval_reason = NULL",
            f"person_id = '{campus.world.students[1].hex}'",
        ],
        "superseded": [
            "state = 'issued'",
            f"content = '{forged}'",
            "superseded_at = '2020-01-01'",
            "seal = NULL, code = NULL",
        ],
    }
    for state, changes in tries.items():
        for change in [*(f"UPDATE transcript SET {one}" for one in changes), "DELETE FROM transcript"]:
            with pytest.raises(DBAPIError, match="never changed"):
                async with context.database.writing() as session:
                    await session.execute(text(f"{change} WHERE state = '{state}'".replace(":", r"\:")))
    if context.settings.database_url.startswith("postgresql"):
        with pytest.raises(DBAPIError, match="never changed"):
            async with context.database.writing() as session:
                await session.execute(text("TRUNCATE transcript CASCADE"))

    # Keys change: transcripts are sealed again, and the old key may leave the ring
    old, new = context.keys.keys["1"], bytes(range(1, 33))
    assert await rotate_keys(with_keys(context, keys=KeyRing({"1": old, "2": new}, "2"))) >= 2
    without_old = with_keys(context, keys=KeyRing({"2": new}, "2"))
    async with without_old.reading(SETUP) as unit:
        for row in await unit.session.scalars(select(TranscriptRow)):
            check_seal(unit, row)
    await rotate_keys(with_keys(context, keys=KeyRing({"1": old, "2": new}, "1")))

    # Whoever takes the triggers away is found out: nothing is shown, nothing is confirmed
    async with context.database.writing() as session:
        for statement in MUTABLE[session.get_bind().dialect.name]:
            await session.execute(text(statement))
        row = (await session.scalars(select(TranscriptRow).where(TranscriptRow.state == "issued"))).one()
        content = json.loads(json.dumps(row.content))
        content["results"][1]["grade"] = "A"
        row.content, row.digest = content, content_digest(content)  # with a digest that fits
        code = row.code
    learner, stranger = await university.as_(student(campus.student)), await university.as_()
    for client, path in (
        (stranger, f"/v1/verifications/{code}"),
        (learner, f"/v1/transcripts/{renewed['id']}"),
        (learner, f"/v1/transcripts/{renewed['id']}/renditions/text?language=ky"),
    ):
        assert (await ask(client, "GET", path, 500))["type"] == "/problems/transcript-damaged"
    await ask(learner, "GET", f"/v1/transcripts/{document['id']}")


async def test_codes_cannot_be_hunted(university: University, context: Context, clock: StandingClock) -> None:
    """Row 13: unknown codes are all alike, and whoever tries many waits; codes that exist do not count."""
    campus = await build_campus(context, 1)
    document = await issued(university, campus)
    stranger = await university.as_()
    for _ in range(25):
        assert (await stranger.get(f"/v1/verifications/{document['code']}")).status_code == 200
    answers = [await stranger.get(f"/v1/verifications/{make_code(number)}") for number in (0, CODES - 1, 7)]
    assert {one.content for one in answers} == {answers[0].content}
    assert answers[0].json()["state"] == "unknown"
    assert {key: value for key, value in answers[0].json().items() if value is not None}.keys() == {
        "state",
        "statement",
    }
    for text_ in ("1234", "x" * 64, document["code"][:-1] + str((int(document["code"][-1]) + 1) % 10)):
        refused = await ask(stranger, "GET", f"/v1/verifications/{text_}", 422)
        assert refused["errors"][0]["code"] == "code-mistyped"
    statuses = [(await stranger.get(f"/v1/verifications/{make_code(one)}")).status_code for one in range(100, 130)]
    assert statuses[:16] == [200] * 16 and statuses[-1] == 429
    assert (await stranger.get(f"/v1/verifications/{document['code']}")).status_code == 429
    for asked, language in (({"language": "ky"}, "ky"), ({}, "ru")):  # a browser is told on the page
        headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "ru"}
        page = await stranger.get("/verify", params={"code": document["code"], **asked}, headers=headers)
        assert (page.status_code, page.headers["content-language"]) == (429, language)
        assert page.headers["content-type"].startswith("text/html") and int(page.headers["retry-after"]) > 0
        assert page.headers["content-security-policy"] == PAGE_POLICY
        title = words_of("too-many-requests", "title", language, {})
        assert f'<html lang="{language}">' in page.text and f'<section role="alert"><h2>{title}</h2>' in page.text
        assert f'value="{document["code"]}"' in page.text and "aria-invalid" not in page.text
    program = await stranger.get("/verify", params={"code": document["code"]})
    assert program.json()["type"] == "/problems/too-many-requests"
    clock.advance(minutes=5)
    assert (await stranger.get(f"/v1/verifications/{document['code']}")).json()["state"] == "valid"
    bad = await stranger.get("/verify", params={"language": "<i>"}, headers={"Accept": "text/html"})
    assert bad.status_code == 422 and "<i>" not in bad.text and '<html lang="ky">' in bad.text
    for body in (b"", b"[]", b"{", b'{"code": 1}', b'{"code": "1", "content": {}}', b"[" * 9_000):
        answer = await stranger.post("/v1/verifications", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), body
    odd = b'{"code": "%s", "content": {"a": 1e999, "b": "\\ud800"}}' % document["code"].encode()
    answer = await stranger.post("/v1/verifications", content=odd, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400 or answer.json()["state"] == "altered"


async def test_many_at_the_same_moment_make_one(university: University, context: Context) -> None:
    campus = await build_campus(context, 3)
    registry, dean = await university.as_(campus.registry), await university.as_(campus.dean)
    clerk = await university.as_(campus.clerk)
    answers = await asyncio.gather(*(registry.post("/v1/transcripts", json=campus.wanted) for _ in range(8)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 7
    (made,) = [one.json() for one in answers if one.status_code == 201]
    path = f"/v1/transcripts/{made['id']}"
    tag = {"If-Match": '"1"'}
    answers = await asyncio.gather(
        *(one.post(f"{path}/approve", json=REASON, headers=tag) for one in (dean, clerk, dean, clerk))
    )
    assert sorted(one.status_code for one in answers) == [200, 412, 412, 412]
    answers = await asyncio.gather(*(one.post(f"{path}/issue", headers={"If-Match": '"2"'}) for one in (dean, clerk)))
    assert sorted(one.status_code for one in answers) == [200, 412]
    learner = await university.as_(student(campus.student))
    files = await asyncio.gather(*(learner.get(f"{path}/renditions/pef?language=ky") for _ in range(4)))
    assert [one.status_code for one in files] == [200] * 4 and len({one.content for one in files}) == 1

    # The others of the programme at once; numbers without gaps, whoever was faster
    wanted = {"programme_id": str(campus.world.programme), "academic_session_id": str(campus.world.semester)}
    assert await ask(clerk, "POST", "/v1/transcripts/drafts", 200, wanted) == {
        "made": 2,
        "existing": 1,
        "without_results": 0,
    }
    assert (await ask(clerk, "POST", "/v1/transcripts/drafts", 200, wanted))["made"] == 0
    other = await university.as_(campus.world.other_dean)
    await ask(other, "POST", "/v1/transcripts/drafts", 404, wanted)
    numbers = sorted(one["number"] for one in (await ask(clerk, "GET", "/v1/transcripts"))["items"])
    assert numbers == ["2026-000001", "2026-000002", "2026-000003"]

    # Approved at once, each by itself: whoever made them may not, one was made again unseen, one is not there
    drafts = (await ask(dean, "GET", "/v1/transcripts?state=draft"))["items"]
    read = [{"id": one["id"], "digest": one["digest"]} for one in drafts]
    url, unknown = "/v1/transcripts/approvals", {"id": str(new_id()), "digest": "0" * 64}
    for client, status in ((learner, 403), (await university.as_(), 401)):
        await ask(client, "POST", url, status, {"transcripts": read})
    for client, body, slugs in (
        (other, {"transcripts": read} | REASON, {"not-found"}),
        (clerk, {"transcripts": read} | REASON, {"own-draft"}),
        (dean, {"transcripts": read}, {"invalid-fields"}),
    ):
        refused = await ask(client, "POST", url, 200, body)
        assert (refused["approved"], {one["problem"] for one in refused["transcripts"]}) == (0, slugs)
        assert all(one["title"] and one["detail"] for one in refused["transcripts"])
    stale = {**read[0], "digest": "0" * 64}
    body = {"transcripts": [unknown, stale, read[1]]} | REASON
    done = await ask(dean, "POST", url, 200, body)
    assert [(one["is_approved"], one["problem"]) for one in done["transcripts"]] == [
        (False, "not-found"),
        (False, "stale-version"),
        (True, None),
    ]
    states = {one["id"]: one["state"] for one in (await ask(dean, "GET", "/v1/transcripts"))["items"]}
    assert [states[one["id"]] for one in read] == ["draft", "approved"]
    async with context.reading(SETUP) as unit:
        for kind, model in (("transcript.approve", AuditRow.what), ("transcript.approved", OutboxRow.kind)):
            told = await unit.session.scalar(select(func.count()).where(model == kind))
            assert told == 2  # the one before, and this one: what was refused has left nothing


async def test_what_was_approved_and_is_wrong_by_now_is_never_issued(university: University, context: Context) -> None:
    campus = await build_campus(context, 1)
    registry, dean = await university.as_(campus.registry), await university.as_(campus.dean)
    draft = await ask(registry, "POST", "/v1/transcripts", 201, campus.wanted)
    path = f"/v1/transcripts/{draft['id']}"
    await ask(dean, "POST", f"{path}/approve", 200, REASON, '"1"')
    await campus.grade(campus.classes[0], campus.student, "10", "F")
    refused = await ask(dean, "POST", f"{path}/issue", 409, None, '"2"')
    assert refused["type"] == "/problems/transcript-outdated"
    assert len((await ask(dean, "GET", "/v1/transcripts/changes"))["items"]) == 1
    document = await issued(university, campus, "The grade was annulled")
    assert (document["version"], document["content"]["replaces"]) == (2, None)  # nobody ever had the first
    assert (await ask(registry, "GET", path))["state"] == "superseded"
    learner = await university.as_(student(campus.student))
    await ask(learner, "GET", path, 404)
    assert [one["version"] for one in (await ask(learner, "GET", "/v1/transcripts"))["items"]] == [2]
    assert set(document["formats"]) == {str(one) for one in Format}
