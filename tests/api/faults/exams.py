"""An exam that many students write at once on a real service: the ground, the students' browsers, and their ledger.

The ledger holds what students were told, and nothing else: whatever the service acknowledged has to be in the database
afterwards, once. Clients behave as good ones do: what got no answer is sent again, with the same key or version.
"""

import asyncio
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, insert, select, update

from api.app import create_context
from api.db.migrate import upgrade
from api.domains.access.digests import csrf_token, digest_of
from api.domains.access.models import AccountRow, SessionRow
from api.domains.accommodations.models import AccommodationRow, CaseRow, PlanRow
from api.domains.courses.models import CourseRow
from api.domains.enrolment.service import Admission, admit_many, enrol
from api.domains.grading.models import GradeEventRow
from api.domains.items.banks import add_bank
from api.domains.items.content import Content, Key
from api.domains.items.versions import NewVersion, add_item
from api.domains.people.rules import Name
from api.domains.people.service import NewPerson, create_persons, grant_role
from api.domains.programmes.models import ProgrammeRow
from api.domains.teaching.models import ClassRow
from api.domains.tests.definitions import NewGrading, NewSection, NewTest, announce_test, create_test
from api.domains.tests.models import AttemptChangeRow, AttemptRow, ResponseRow
from api.events import OutboxRow
from api.identity import Role, Scope, system_actor
from api.ids import new_id, new_secret
from api.keys import KeyRing
from api.seeding import seed_university
from api.settings import Settings
from api.unit import Context
from tests.api.faults.killing import KEY
from tests.api.items.samples import version

SETUP: Final = system_actor("test:setup")
KINDS: Final = ("single-choice", "multiple-choice", "ordering", "matching", "numeric", "short-text")
POOL, DRAWN = 24, 12
"""Questions of the bank, and of each paper."""
TIME_LIMIT: Final = timedelta(minutes=90)
EVERY_TENTH: Final = 10
PERCENT: Final = 150
"""Of the time, for each tenth student."""
HOUR: Final = timedelta(hours=1)


class EarlierClock:
    """An hour ago: what is prepared was so before the exam opened."""

    def now(self) -> datetime:
        return datetime.now(UTC) - HOUR


@dataclass(frozen=True)
class Student:
    person: UUID
    token: str
    has_more_time: bool

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Cookie": f"jetki={self.token}", "X-CSRF-Token": csrf_token(self.token), "Accept-Language": "ky"}


@dataclass(frozen=True)
class Exam:
    class_id: UUID
    students: list[Student]
    items: list[UUID]


@dataclass
class Ledger:
    """What students were told of one test, by person; `saved`: (attempt, place) -> the versions in their order."""

    started: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    saved: dict[tuple[str, int], list[Any]] = field(default_factory=dict)
    submitted: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)

    @property
    def saves(self) -> int:
        return sum(map(len, self.saved.values()))


def exam_context(url: str, data: Path, clock: Any = None) -> Context:
    return create_context(Settings(data=data, database_url=url), KeyRing({"1": KEY}, "1"), clock, durable=False)


async def prepare_exam(url: str, data: Path, students: int) -> Exam:
    """A university with one class of so many students, who are signed in, and a bank of questions."""
    context = exam_context(url, data, EarlierClock())
    await upgrade(context.database)
    await seed_university(context, 0)
    async with context.writing(SETUP) as unit:
        programme = (await unit.session.scalars(select(ProgrammeRow.id).order_by(ProgrammeRow.code))).first()
        class_ = (await unit.session.execute(select(ClassRow.id, ClassRow.course_id).order_by(ClassRow.code))).first()
        assert programme is not None and class_ is not None
        names = [Name("ky-Cyrl", "Асанов", f"№{number}") for number in range(students + 1)]
        office, *persons = await create_persons(unit, [NewPerson(name) for name in names])
        await grant_role(unit, office, Role.INCLUSION_OFFICE, Scope.UNIVERSITY, None, unit.today)
        year = unit.today.year
        admissions = [Admission(one, programme, year) for one in persons]
        await admit_many(unit, admissions, order_number="1", order_date=unit.today)
        await unit.session.execute(update(ClassRow).where(ClassRow.id == class_.id).values(capacity=students))
    for first in range(0, students, 500):
        async with context.writing(SETUP) as unit:
            for person in persons[first : first + 500]:
                assert (await enrol(unit, class_.id, person)).state == "enrolled"
    async with context.writing(SETUP) as unit:
        tokens = await _sign_in(unit, persons)
        await _agree(unit, office, persons[::EVERY_TENTH])
        assert await unit.session.get(CourseRow, class_.course_id) is not None
        bank = await add_bank(unit, class_.course_id, "exam", {"ky": "Экзамен"})
        items: list[UUID] = []
        for number in range(POOL):
            kind = KINDS[number % len(KINDS)]
            given = version(kind)
            new = NewVersion(Decimal(2), msgspec.convert(given["content"], Content), msgspec.convert(given["key"], Key))
            items.append((await add_item(unit, bank, f"{kind}-{number}", [], new))[1].id)
    async with context.writing(SETUP) as unit:  # what was told while preparing is long over when the exam begins
        await unit.session.execute(delete(OutboxRow))
    await context.database.dispose()
    lengthened = set(persons[::EVERY_TENTH])
    everybody = [Student(one, token, one in lengthened) for one, token in zip(persons, tokens, strict=True)]
    return Exam(class_.id, everybody, items)


async def announce_exam(url: str, data: Path, exam: Exam, code: str, closes_at: datetime) -> UUID:
    """A test that is open until then: the questions drawn and shuffled anew for everybody."""
    context = exam_context(url, data, EarlierClock())
    async with context.writing(SETUP) as unit:
        section = NewSection(draw=DRAWN, item_version_ids=exam.items)
        row = await create_test(
            unit,
            NewTest(
                class_id=exam.class_id,
                titles={"ky": "Экзамен"},
                opens_at=unit.now + timedelta(seconds=1),
                closes_at=closes_at,
                languages=["ky", "ru"],
                time_limit=TIME_LIMIT,
                grading=NewGrading(code=code, weight=20),
                sections=[section],
            ),
        )
        await announce_test(unit, row)
        test_id = row.id
    await context.database.dispose()
    return test_id


async def _sign_in(unit: Any, persons: Sequence[UUID]) -> list[str]:
    tokens = [new_secret() for _ in persons]
    known = await unit.session.execute(select(AccountRow.person_id, AccountRow.id))
    accounts = {row[0]: row[1] for row in known}
    fresh = {one: new_id() for one in persons if one not in accounts}
    common = {"created_at": unit.now, "version": 1, "kind": "permanent"}
    if fresh:
        await unit.session.execute(
            insert(AccountRow),
            [{"id": id_, "person_id": one, "login": f"login-{id_}", **common} for one, id_ in fresh.items()],
        )
    accounts |= fresh
    session = {
        "created_at": unit.now,
        "is_strong": True,
        "last_seen_at": unit.now,
        "expires_at": unit.now + 12 * HOUR,
        "client": "Firefox",
    }
    await unit.session.execute(
        insert(SessionRow),
        [
            {"id": new_id(), "account_id": accounts[one], "token_digest": digest_of(token), **session}
            for one, token in zip(persons, tokens, strict=True)
        ],
    )
    return tokens


async def _agree(unit: Any, office: UUID, persons: Sequence[UUID]) -> None:
    """A plan in force for each: half as much time again."""
    begin, end = unit.today - timedelta(days=30), date(unit.today.year + 1, 12, 31)
    cases = [
        CaseRow(
            id=new_id(),
            created_at=unit.now,
            person_id=person,
            state="open",
            coordinator_id=office,
            is_own_request=True,
            consent_given_on=begin,
        )
        for person in persons
    ]
    unit.session.add_all(cases)
    await unit.session.flush()
    plans = [
        PlanRow(
            id=new_id(),
            created_at=unit.now,
            case_id=case.id,
            number=1,
            state="active",
            state_since=unit.now,
            valid_from=begin,
            valid_until=end,
            effective_from=begin,
            effective_until=end,
            document_number="7",
            document_date=begin,
        )
        for case in cases
    ]
    unit.session.add_all(plans)
    await unit.session.flush()
    unit.session.add_all(
        AccommodationRow(
            created_at=unit.now,
            plan_id=plan.id,
            feature="additional-testing-time",
            for_tests=True,
            for_assignments=False,
            time_percent=PERCENT,
            is_unlimited=False,
            is_fixed_time=False,
        )
        for plan in plans
    )


# The students' browsers


class Lost(Exception):
    """No answer: the service is away, or died before it could answer."""


class Wire:
    """HTTP/1.1 to one address over as many connections as there are requests at once, which are kept. A client library
    would cost the machine that is measured as much again as half of the service."""

    _FRESH_S: Final = 3.0
    """The service closes what was idle for five seconds."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.up = asyncio.Event()
        """Cleared while the service is away: who calls its port again and again may be given that very port."""
        self.up.set()
        self._idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, dict[str, Any]]:
        """Status and content. Raises Lost."""
        origin = f"127.0.0.1:{self._port}"
        lines = [f"{method} {path} HTTP/1.1", f"Host: {origin}", f"Origin: http://{origin}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body or method != "GET":
            lines += ["Content-Type: application/json"] * bool(body) + [f"Content-Length: {len(body)}"]
        try:
            reader, writer = await self._connect()
            try:
                writer.write("\r\n".join([*lines, "", ""]).encode() + body)
                status, content = await self._answer(reader)
            except BaseException:
                writer.close()
                raise
        except (OSError, asyncio.IncompleteReadError) as fault:
            raise Lost() from fault
        self._idle.append((asyncio.get_running_loop().time(), reader, writer))
        return status, content

    def close(self) -> None:
        for _, _, writer in self._idle:
            writer.close()
        self._idle.clear()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        now = asyncio.get_running_loop().time()
        while self._idle:
            since, reader, writer = self._idle.pop()
            if now - since < self._FRESH_S and not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port)

    @staticmethod
    async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        content = await reader.readexactly(int(fields["content-length"]))
        return int(head[0].split(" ", 2)[1]), json.loads(content) if content else {}


@dataclass
class Room:
    """The students of one test at their browsers. Whatever is asked waits for an answer as long as it takes."""

    wire: Wire
    exam: Exam
    test_id: UUID
    ledger: Ledger = field(default_factory=Ledger)
    papers: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    """By person, the questions as they were shown."""

    async def start(self, student: Student) -> bool:
        """Whether it was answered as it should be."""
        key = {"Idempotency-Key": f"start-{self.test_id}-{student.person}"}
        status, content = await self._ask(
            student, "POST", f"/v1/tests/{self.test_id}/attempts", {"language": "ky"}, key
        )
        if status != 201:
            return self._wonder("start", status, content)
        self.ledger.started[student.person] = content
        return True

    async def read(self, student: Student) -> bool:
        """Gets the questions."""
        attempt = self.ledger.started[student.person]
        status, content = await self._ask(student, "GET", f"/v1/attempts/{attempt['id']}/paper", None)
        if status != 200:
            return self._wonder("paper", status, content)
        self.papers[student.person] = [one["question"] for one in content["places"]]
        return True

    async def save(self, student: Student, place: int) -> bool:
        """The next version of an answer."""
        attempt = self.ledger.started[student.person]
        known = self.ledger.saved.setdefault((attempt["id"], place), [])
        answer = _answer(self.papers[student.person][place - 1], len(known))
        body = {"version": len(known) + 1, "answer": answer}
        status, content = await self._ask(student, "PUT", f"/v1/attempts/{attempt['id']}/responses/{place}", body)
        if status != 200:
            return self._wonder("save", status, content)
        known.append(answer)
        return True

    async def submit(self, student: Student) -> bool:
        attempt = self.ledger.started[student.person]
        key = {"Idempotency-Key": f"submit-{self.test_id}-{student.person}"}
        status, content = await self._ask(student, "POST", f"/v1/attempts/{attempt['id']}/submit", None, key)
        if status != 200:
            return self._wonder("submit", status, content)
        self.ledger.submitted[student.person] = content
        return True

    async def begin(self, student: Student, places: int) -> None:
        """Starts, reads, answers so many questions."""
        if await self.start(student) and await self.read(student):
            await self.save_all(student, range(1, places + 1))

    async def save_all(self, student: Student, places: Iterable[int]) -> None:
        for place in places:
            await self.save(student, place)

    async def look(self, student: Student) -> dict[str, Any]:
        """The attempt as the service shows it now."""
        attempt = self.ledger.started[student.person]
        status, content = await self._ask(student, "GET", f"/v1/attempts/{attempt['id']}", None)
        if status != 200:
            self._wonder("look", status, content)
        return content

    async def look_around(self, student: Student) -> None:
        """One's tests, as everybody does before."""
        status, content = await self._ask(student, "GET", "/v1/my-tests", None)
        if status != 200:
            self._wonder("tests", status, content)

    async def _ask(
        self, student: Student, method: str, path: str, body: Any, key: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        raw = b"" if body is None else json.dumps(body).encode()
        while True:
            await self.wire.up.wait()
            try:
                status, content = await self.wire.ask(method, path, {**student.headers, **(key or {})}, raw)
            except Lost:
                await asyncio.sleep(0.05)
                continue
            if status != 503:
                return status, content
            self.ledger.strange.append(f"503 {path}")
            await asyncio.sleep(0.05)

    def _wonder(self, what: str, status: int, content: Any) -> bool:
        self.ledger.strange.append(f"{what}: {status} {json.dumps(content, ensure_ascii=False)[:300]}")
        return False


def _answer(question: Mapping[str, Any], number: int) -> dict[str, Any]:
    """One that the question takes; another one for the next number."""
    kind = question["kind"]

    def ids(name: str) -> list[str]:
        return [one["id"] for one in question[name]]

    match kind:
        case "single-choice":
            return {"kind": kind, "choice": ids("choices")[number % len(ids("choices"))]}
        case "multiple-choice":
            return {"kind": kind, "choices": sorted(ids("choices")[: 1 + number % 2])}
        case "ordering":
            parts = ids("parts")
            return {"kind": kind, "order": parts[number % 4 :] + parts[: number % 4]}
        case "matching":
            return {"kind": kind, "pairs": dict(zip(ids("sources"), ids("targets")[number % 2 :], strict=False))}
        case "numeric":
            return {"kind": kind, "value": str(number)}
        case _:
            return {"kind": kind, "text": f"Өзгөн {number}"}


# What the database says


@dataclass
class Stock:
    """What is stored of one test: attempts by person, versions by (attempt, place), and what followed once or twice."""

    attempts: dict[UUID, list[Any]]
    saved: dict[tuple[str, int], list[Any]]
    grades: dict[UUID, int]
    told: dict[UUID, int]
    """How often the students' pages were told that it was handed in, by attempt."""
    events: dict[UUID, int]
    """How often other domains were told so, by person."""


async def take_stock(url: str, data: Path, test_id: UUID) -> Stock:
    context = exam_context(url, data)
    async with context.database.reading() as session:
        attempts: dict[UUID, list[Any]] = {}
        for row in await session.execute(select(AttemptRow.__table__).where(AttemptRow.test_id == test_id)):
            attempts.setdefault(row.person_id, []).append(row)
        saved: dict[tuple[str, int], list[Any]] = {}
        table = ResponseRow
        query = (
            select(table.attempt_id, table.place, table.version, table.content)
            .join(AttemptRow, AttemptRow.id == table.attempt_id)
            .where(AttemptRow.test_id == test_id)
            .order_by(table.attempt_id, table.place, table.version)
        )
        for row in await session.execute(query):
            versions = saved.setdefault((str(row.attempt_id), row.place), [])
            versions.append(row.content)
            assert row.version == len(versions)
        sources = select(AttemptRow.id).where(AttemptRow.test_id == test_id)
        event = GradeEventRow
        grades = await session.execute(
            select(event.person_id, func.count()).where(event.source_id.in_(sources)).group_by(event.person_id)
        )
        change = AttemptChangeRow
        told = await session.execute(
            select(change.attempt_id, func.count())
            .where(change.kind == "submitted", change.attempt_id.in_(sources))
            .group_by(change.attempt_id)
        )
        events: dict[UUID, int] = {}
        for row in await session.execute(select(OutboxRow.__table__).where(OutboxRow.kind == "attempt.submitted")):
            if row.ids["test"] == str(test_id):
                events[row.person] = events.get(row.person, 0) + 1
        stock = Stock(attempts, saved, _counts(grades), _counts(told), events)
    await context.database.dispose()
    return stock


def _counts(rows: Iterable[Any]) -> dict[UUID, int]:
    return {row[0]: row[1] for row in rows}


def compare(exam: Exam, ledger: Ledger, stock: Stock) -> dict[str, int]:
    """How much of what was acknowledged is lost, how much is stored twice. All zeros is as it should be."""
    lost_starts = sum(
        content["id"] not in {str(row.id) for row in stock.attempts.get(person, ())}
        for person, content in ledger.started.items()
    )
    lost_saves = sum(
        stock.saved.get(place, [])[: len(versions)] != versions for place, versions in ledger.saved.items()
    )
    lost_submits = sum(
        not any(str(row.id) == content["id"] and row.submitted_at is not None for row in stock.attempts[person])
        for person, content in ledger.submitted.items()
    )
    return {
        "lost starts": lost_starts,
        "lost saves": lost_saves,
        "lost submits": lost_submits,
        "attempts too many": sum(max(0, len(rows) - 1) for rows in stock.attempts.values()),
        "answers too many": sum(
            max(0, len(versions) - len(ledger.saved.get(place, ()))) for place, versions in stock.saved.items()
        ),
        "grades too many": sum(max(0, count - 1) for count in stock.grades.values()),
        "grades missing": sum(person not in stock.grades for person in ledger.submitted),
        "events too many": sum(max(0, count - 1) for count in stock.events.values()),
        "wrong deadlines": sum(not _is_right(exam, person, told) for person, told in ledger.started.items()),
    }


def _is_right(exam: Exam, person: UUID, told: Mapping[str, Any]) -> bool:
    """Whoever has an accommodation has half as much time again, from the start on; unless the test closes before."""
    lengthened = {one.person for one in exam.students if one.has_more_time}
    minutes = TIME_LIMIT * PERCENT / 100 if person in lengthened else TIME_LIMIT
    begin, end = (datetime.fromisoformat(told[name]) for name in ("started_at", "deadline_at"))
    return end - begin == minutes


def shuffled(exam: Exam, seed: int) -> list[Student]:
    return random.Random(seed).sample(exam.students, len(exam.students))
