"""People of the university at their browsers, each with an account and a session of their own, and what they do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from api.db.base import Base
from api.domains.access.models import SessionRow
from api.domains.courses.service import sync_manifest
from api.identity import Role
from api.ids import new_id
from api.unit import Context
from tests.api.access.world import ORIGIN, SETUP, Browser, Member
from tests.api.courses.samples import course, in_all_forms, lesson, manifest, write

PAPER = {"number": "12", "dated": "2026-08-28", "title": "Отурумдун протоколу", "sha256": "a" * 64}
OFFICES: Mapping[str, tuple[Role, str]] = {
    "administrator": (Role.ADMINISTRATOR, ""),
    "registry": (Role.REGISTRY, ""),
    "inclusion": (Role.INCLUSION_OFFICE, ""),
    "dean": (Role.DEANS_OFFICE, "institute"),
    "head": (Role.DEPARTMENT_HEAD, "institute"),
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

    async def change(
        self, who: str, method: str, path: str, body: Any, *, version: int = 0, status: int = 200, tag: str = ""
    ) -> Any:
        """Not a new thing: PUT or PATCH, without a key. `tag` instead of a version, where it is another one."""
        headers = {"if_match": tag or f'"{version}"'} if version or tag else {}
        answer = await self.people[who].send(method, path, body, **headers)
        assert answer.status_code == status, f"{who} {path}: {answer.text}"
        return answer.json() if answer.content else None

    async def version_of(self, who: str, path: str) -> int:
        """What the entity tag says."""
        answer = await self.people[who].get(path)
        assert answer.status_code == 200, answer.text
        return int(answer.headers["etag"].strip('"'))

    async def everybody_comes_back(self) -> None:
        """Sessions end after half a day; people sign in again."""
        for name, browser in self.people.items():
            browser.csrf = ""
            browser.client.cookies.clear()
            answer = await browser.sign_in(self.members[name].login)
            assert answer.status_code == 201, answer.text

    def person(self, who: str) -> str:
        return str(self.members[who].person)


async def press(browser: Browser, path: str, body: Any, headers: Mapping[str, str]) -> httpx.Response:
    if isinstance(body, bytes):
        return await browser.client.post(path, content=body, headers={**headers, "content-type": "application/zip"})
    return await browser.client.post(path, json=body, headers=headers)


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


async def offer_class(year: Year, course_id: str, programme: str, session: str, *, capacity: int = 1) -> str:
    """Taught at a distance, as the council allowed."""
    body = {
        "code": "DL-1",
        "course_id": course_id,
        "academic_session_id": session,
        "programme_id": programme,
        "unit_id": year.units["institute"],
        "language": "ky",
        "capacity": capacity,
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
