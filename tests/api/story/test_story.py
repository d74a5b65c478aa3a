"""A year of the university as its people live it: through HTTP, each with an account and a session of their own."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from api.db.base import Base
from api.domains.access.models import SessionRow
from api.domains.courses.service import sync_manifest
from api.domains.people.rules import UnitKind
from api.domains.people.service import create_unit
from api.identity import Role, Scope
from api.ids import new_id
from api.unit import Context
from tests.api.access.world import ORIGIN, SETUP, Browser, Member, add_member, cheap_passwords, signed_in
from tests.api.conftest import University
from tests.api.courses.samples import course, in_all_forms, lesson, manifest, write
from tests.api.rostering.archives import pack, semester
from tests.api.webhooks.conftest import Post

pytestmark = pytest.mark.anyio
PAPER = {"number": "12", "dated": "2026-08-28", "title": "Отурумдун протоколу", "sha256": "a" * 64}
OFFICES: Mapping[str, tuple[Role, str]] = {
    "administrator": (Role.ADMINISTRATOR, ""),
    "registry": (Role.REGISTRY, ""),
    "inclusion": (Role.INCLUSION_OFFICE, ""),
    "dean": (Role.DEANS_OFFICE, "institute"),
    "reviewer": (Role.COMMISSION, "methodical"),
    "decider": (Role.COMMISSION, "academic"),
}


@dataclass
class Sent:
    """A request with a key, and what it was answered."""

    who: Browser
    path: str
    body: dict[str, Any] | bytes | None
    headers: dict[str, str]
    answer: httpx.Response


@dataclass
class Year:
    """The people at their browsers, and the log of what they sent with keys."""

    context: Context
    people: dict[str, Browser]
    members: dict[str, Member]
    units: dict[str, str]
    log: list[Sent] = field(default_factory=list)

    async def read(self, who: str, path: str, status: int = 200, language: str = "ky") -> Any:
        answer = await self.people[who].client.get(path, headers={"Accept-Language": language})
        assert answer.status_code == status, answer.text
        return answer.json()

    async def send(
        self, who: str, path: str, body: Any = None, *, status: int = 201, language: str = "ky", version: int = 0
    ) -> Any:
        """As the person's page sends it: with the token of the session and a key against a second press."""
        browser = self.people[who]
        headers = {
            "origin": ORIGIN,
            "x-csrf-token": browser.csrf,
            "accept-language": language,
            "idempotency-key": str(new_id()),
        }
        if version:
            headers["if-match"] = f'"{version}"'
        answer = await press(browser, path, body, headers)
        if answer.is_success:
            self.log.append(Sent(browser, path, body, headers, answer))
        assert answer.status_code == status, f"{who} {path}: {answer.text}"
        return answer.json()

    def person(self, who: str) -> str:
        return str(self.members[who].person)


async def press(browser: Browser, path: str, body: Any, headers: Mapping[str, str]) -> httpx.Response:
    if isinstance(body, bytes):
        return await browser.client.post(path, content=body, headers={**headers, "content-type": "application/zip"})
    return await browser.client.post(path, json=body, headers=headers)


@pytest.fixture
async def year(university: University) -> AsyncIterator[Year]:
    context = university.context
    async with context.writing(SETUP) as unit:
        root = (await create_unit(unit, "U", UnitKind.UNIVERSITY, None, {"ky": "Университет"})).id
        units = {"university": root}
        for name, code, kind in (
            ("institute", "F", UnitKind.INSTITUTE),
            ("methodical", "MC", UnitKind.METHODICAL_COUNCIL),
            ("academic", "AC", UnitKind.ACADEMIC_COUNCIL),
        ):
            units[name] = (await create_unit(unit, code, kind, root, {"ky": code})).id
        units["department"] = (
            await create_unit(unit, "INF", UnitKind.DEPARTMENT, units["institute"], {"ky": "Маалымат кафедрасы"})
        ).id
    async with AsyncExitStack() as stack:
        stack.enter_context(cheap_passwords())
        people, members = {}, {}
        for name, (role, where) in OFFICES.items():
            held = (role, Scope.UNIT, units[where]) if where else (role, Scope.UNIVERSITY, None)
            members[name] = await add_member(context, f"{name}.office", roles=[held])
        for name in ("aigul", "bakyt", "tutor"):
            members[name] = await add_member(context, f"{name}.asanova")
        for name, member in members.items():
            people[name] = await stack.enter_async_context(signed_in(university, member))
        yield Year(context, people, members, {name: str(id_) for name, id_ in units.items()})


# What people do


async def decide(year: Year, address: str) -> None:
    """The institute proposes, the methodical council reviews, the academic council approves: three people."""
    steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("dean", "propose", {}),
        ("reviewer", "review", {"is_favourable": True}),
        ("decider", "approve", {}),
    )
    for place, (who, move, more) in enumerate(steps):
        found = await year.send(who, f"{address}/{move}", {"documents": [PAPER], **more}, status=200, version=place + 1)
        assert found["state"] == {"propose": "proposed", "review": "reviewed", "approve": "approved"}[move]


async def draft_programme(year: Year, speciality: str, code: str, mode: str) -> str:
    body = {
        "code": code,
        "titles": {"ky": "Информатика", "ru": "Информатика"},
        "level": "bachelor",
        "form": "day",
        "mode": mode,
        "speciality_id": speciality,
        "unit_id": year.units["institute"],
        "duration_months": 48,
        "ects": 240,
        "distance_percent": 30,
    }
    return str((await year.send("dean", "/v1/programmes", body))["id"])


async def publish_site(year: Year, path: Path) -> None:
    """The built site's manifest is taken over: one course, in all accessible forms."""
    entry = course("digital-literacy", lessons=[lesson("files", 1)])
    plain = course("networks", lessons=[lesson("nets", 1)])
    made = [*in_all_forms(entry), *in_all_forms(plain, ("html",))]
    await sync_manifest(year.context, write(path / "manifest.json", manifest([entry, plain], made)))


async def open_semester(year: Year) -> str:
    titles = {"ky": "2026-жыл", "ru": "2026 год"}
    dates = {"starts_on": "2026-09-01", "ends_on": "2027-01-20"}
    first = await year.send(
        "registry",
        "/v1/academic-sessions",
        {"code": "2026", "kind": "year", "titles": titles, "starts_on": "2026-09-01", "ends_on": "2027-06-30"},
    )
    body = {"code": "2026-1", "kind": "semester", "titles": titles, "parent_id": first["id"], **dates}
    autumn = await year.send("registry", "/v1/academic-sessions", body)
    for one in (first, autumn):
        await year.send("registry", f"/v1/academic-sessions/{one['id']}/open", status=200)
    window = {
        "academic_session_id": autumn["id"],
        "opens_at": "2026-08-25T00:00:00Z",
        "closes_at": "2026-09-20T00:00:00Z",
    }
    await year.send("registry", "/v1/enrolment-windows", window)
    return str(autumn["id"])


async def admit(year: Year, who: str, programme: str) -> None:
    """The student applies, the dean's office admits by order, and lets the study begin."""
    study = await year.send(who, "/v1/studies", {"programme_id": programme, "intake_year": 2026})
    order = {"order_number": "12-К", "order_date": "2026-08-30"}
    for verb in ("admit", "begin"):
        await year.send("dean", f"/v1/studies/{study['id']}/{verb}", order, status=200)
    seen = await year.read(who, f"/v1/studies/{study['id']}")
    assert seen["state"] == "active"


async def offer_class(year: Year, course_id: str, programme: str, session: str) -> str:
    """One place, taught at a distance as the council allowed."""
    body = {
        "code": "DL-1",
        "course_id": course_id,
        "academic_session_id": session,
        "programme_id": programme,
        "unit_id": year.units["institute"],
        "language": "ky",
        "capacity": 1,
        "mode": "distance",
    }
    made = await year.send("dean", "/v1/classes", body)
    teacher = {"person_id": year.person("tutor"), "starts_on": "2026-09-01"}
    await year.send("dean", f"/v1/classes/{made['id']}/instructors", teacher)
    await year.send("dean", f"/v1/classes/{made['id']}/open", status=200)
    return str(made["id"])


async def rows(context: Context) -> dict[str, int]:
    """How many rows each table has. Sessions note when they were used; their number counts all the same."""
    async with context.reading(SETUP) as unit:
        return {
            table.name: await unit.session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


async def replay(year: Year) -> None:
    """Everything that was sent with a key is sent again, in the same order: the same answers, the same rows."""
    before = await rows(year.context)
    assert before[SessionRow.__tablename__] == len(year.people)
    for one in year.log:
        again = await press(one.who, one.path, one.body, one.headers)
        assert again.headers.get("idempotency-replayed") == "true", one.path
        assert (again.status_code, again.content) == (one.answer.status_code, one.answer.content), one.path
    assert await rows(year.context) == before


async def test_a_year_of_the_university(year: Year, tmp_path: Path) -> None:
    hook = await year.send(
        "administrator",
        "/v1/webhooks",
        {"url": "https://timetable.example.org/hook", "kinds": ["enrolment.*"], "description": "Расписание"},
    )

    # A programme is proposed, reviewed and approved by three bodies.
    speciality = (await year.send("registry", "/v1/specialities", {"code": "710100", "titles": {"ky": "Информатика"}}))[
        "id"
    ]
    programme = await draft_programme(year, speciality, "710100", "blended")
    await year.read("aigul", f"/v1/programmes/{programme}", status=404)
    await decide(year, f"/v1/programmes/{programme}")
    seen = await year.read("aigul", f"/v1/programmes/{programme}")
    assert (seen["state"], seen["titles"]["ky"]) == ("approved", "Информатика")

    # The site is built; a blind student finds the course that has braille in Kyrgyz, and not the other.
    await publish_site(year, tmp_path)
    found = (await year.read("aigul", "/v1/courses?form=braille&language=ky"))["items"]
    assert [one["code"] for one in found] == ["digital-literacy"]
    course_id = found[0]["id"]
    lessons = (await year.read("aigul", f"/v1/resources?course_id={course_id}&form=braille&language=ky"))["items"]
    files = (await year.read("aigul", f"/v1/resources/{lessons[0]['id']}/renditions"))["items"]
    assert any(one["form"] == "braille" and one["language"] == "ky" for one in files)

    # The module is allowed at a distance; the semester opens.
    module = await year.send(
        "dean",
        "/v1/module-approvals",
        {
            "unit_id": year.units["institute"],
            "course_id": course_id,
            "mode": "distance",
            "distance_percent": 100,
            "valid_from": "2026-09-01",
            "valid_to": "2027-08-31",
        },
    )
    await decide(year, f"/v1/module-approvals/{module['id']}")
    session = await open_semester(year)

    # Two students are admitted. One place: the first has it, the second waits and is told where in the queue.
    await admit(year, "bakyt", programme)
    await admit(year, "aigul", programme)
    class_ = await offer_class(year, course_id, programme, session)
    has_place = await year.send("bakyt", f"/v1/classes/{class_}/enrolments", {})
    waits = await year.send("aigul", f"/v1/classes/{class_}/enrolments", {})
    assert (has_place["state"], waits["state"], waits["position"]) == ("enrolled", "waiting", 1)
    await year.read("aigul", f"/v1/enrolments/{has_place['id']}", status=404)

    # The first leaves; the second moves up without doing anything, and sees it.
    left = await year.send(
        "bakyt", f"/v1/enrolments/{has_place['id']}/withdraw", {"reason": "Жумуш менен туура келбейт"}, status=200
    )
    assert left["state"] == "withdrawn"
    moved_up = await year.read("aigul", f"/v1/enrolments/{waits['id']}")
    assert (moved_up["state"], moved_up["position"]) == ("enrolled", None)

    # The inclusive-education office gives her a tutor; she and the tutor see it, others do not.
    support = await year.send(
        "inclusion",
        "/v1/support-assignments",
        {
            "person_id": year.person("aigul"),
            "supporter_id": year.person("tutor"),
            "kind": "tutor",
            "is_outside": False,
            "starts_on": "2026-09-01",
        },
    )
    for who, status in (("aigul", 200), ("tutor", 200), ("bakyt", 404), ("dean", 404)):
        await year.read(who, f"/v1/support-assignments/{support['id']}", status=status)

    # A roster comes from another system, all or nothing.
    archive = pack(semester(students=2, programme="710100"))
    report = await year.send("registry", "/v1/rosters", archive, status=200)
    assert sum(report["counts"]["users.csv"].values()) == 3
    listed = await year.read("registry", "/v1/rosters")
    assert len(listed["items"]) == 1

    # A decree closes the speciality to distance study: an application is refused with it, in the reader's language.
    act = await year.send(
        "registry",
        "/v1/legal-acts",
        {
            "number": "76",
            "issued_on": "2025-02-17",
            "issuer": "Министрлер Кабинети",
            "titles": {"ky": "№ 76 токтом"},
            "valid_from": "2025-02-17",
        },
    )
    closing = {
        "speciality_id": speciality,
        "act_id": act["id"],
        "prohibited_from": "2025-02-17",
        "purposes": ["training", "admission"],
        "forms": ["distance"],
        "modes": ["distance", "blended"],
    }
    await year.send("registry", "/v1/closed-specialities", closing)
    wish = {"programme_id": programme, "intake_year": 2026}
    for language, word in (("ky", "жабык"), ("ru", "закрыта"), ("en", "closed")):
        refused = await year.send("tutor", "/v1/studies", wish, status=409, language=language)
        assert refused["type"] == "/problems/speciality-closed-to-distance"
        assert word in f"{refused['title']} {refused['detail']}"
        assert "76" in refused["detail"]

    # The program that asked to be told has its deliveries waiting: ids only, and the secret is nowhere.
    post = Post(year.context, year.context.clock, sender=None)  # type: ignore[arg-type]  # nothing is sent here
    await post.hand_over()
    told = (await year.read("administrator", f"/v1/webhooks/{hook['id']}/deliveries"))["items"]
    assert {"enrolment.withdrawn"} <= {one["kind"] for one in told}
    assert "Асанов" not in json.dumps(told, ensure_ascii=False)

    await replay(year)
