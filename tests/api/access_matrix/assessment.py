"""What is assessed on a side: tasks, works, grades, accommodations, cases and transcripts of its students.

Made through the API by those whose business it is, and through the services where a road of several people leads there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import httpx

from api.domains.accommodations.proposals import NewAccommodation
from api.domains.accommodations.rules import AgreedValue, Feature, Party
from api.domains.accommodations.seeding import NewPlan, add_active_plan
from api.domains.conditions.service import TaskKind
from api.domains.grading.models import ClassResultRow, RetakeRow
from api.domains.grading.seeding import seed_journal
from api.domains.integrity.models import OralCheckRow, SimilarityPairRow, SimilarityRunRow
from api.domains.items.seeding import seed_bank
from api.domains.people.rules import Grant, Source
from api.domains.people.service import grant_roles
from api.domains.tests.models import IdentityCheckRow
from api.identity import Actor, HeldRole, Method, Role, Scope, system_actor
from api.ids import new_id
from api.unit import Context
from tests.api.conftest import NOW, acting_as
from tests.api.scales.samples import TITLES, band_body, version_body

SETUP: Final = system_actor("test:setup")
DAY: Final = timedelta(days=1)
WORDS: Final = {"ky": "Иш"}
PDF: Final = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)

TYPES: Final = {b"%PDF": ("pdf", "application/pdf"), b"\x89PNG": ("png", "image/png"), b"": ("txt", "text/plain")}
"""Ending and type, by how a file begins."""


def wire(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def named(content: bytes) -> dict[str, str]:
    """The headers of an upload."""
    ending, type_ = next((known for start, known in TYPES.items() if content.startswith(start)))
    return {"Content-Disposition": f"attachment; filename*=UTF-8''a.{ending}", "Content-Type": type_}


@dataclass
class Sender:
    """Sends in somebody's name; every answer has to be a success."""

    app: Any

    async def send(self, who: Actor, method: str, path: str, json: Any = None, content: bytes | None = None) -> Any:
        transport = httpx.ASGITransport(acting_as(who, self.app))  # type: ignore[arg-type]  # same protocol, other names
        headers = {"If-Match": "*"} | ({} if content is None else named(content))
        async with httpx.AsyncClient(transport=transport, base_url="http://university.test") as client:
            answer = await client.request(method, f"/v1{path}", json=json, content=content, headers=headers)
        assert answer.status_code in (200, 201), f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def made(self, who: Actor, path: str, json: Any = None, content: bytes | None = None) -> UUID:
        return UUID((await self.send(who, "POST", path, json, content))["id"])

    async def uploaded(self, who: Actor, path: str) -> UUID:
        return UUID((await self.send(who, "POST", path, content=PDF))["file_id"])


def somebody(person: UUID, role: Role, scope: Scope, *ids: UUID) -> Actor:
    return Actor(person, person, roles=(HeldRole(role, scope, frozenset(ids)),), method=Method.SESSION)


async def common_objects(app: Any, founder: Actor) -> dict[str, UUID]:
    """Scales, their rules, a report of the office."""
    sender = Sender(app)
    scale = await sender.made(founder, "/grading-scales", {"code": "points", "titles": TITLES})
    bands = [band_body("F", 0.0, False), band_body("A", 60.0, True, gpa=4.0)]
    body = version_body(bands=bands, kind="letter", source="Буйрук", is_confirmed=True)
    version = await sender.made(founder, f"/grading-scales/{scale}/versions", body)
    rule = await sender.made(
        founder,
        "/retake-rules",
        {
            "scale_version_id": str(version),
            "most": 2,
            "window_days": 30,
            "counts": "better",
            "appeal_days": 10,
            "source": "12-буйрук",
        },
    )
    report = await sender.made(founder, "/accommodation-reports", {"starts_on": "2026-07-01", "ends_on": "2026-08-31"})
    return {
        "scale_id": scale,
        "scale_version_id": version,
        "from_version_id": version,
        "to_version_id": version,
        "grading-scale-versions/version_id": version,
        "rule_id": rule,
        "accommodation_report_id": report,
    }


@dataclass
class Room:
    """A side's class, and who acts in it."""

    class_id: UUID
    course: UUID
    department: UUID
    institute: UUID
    programme: UUID
    semester: UUID
    commission: UUID
    studies: list[UUID]
    enrolments: list[UUID]
    students: list[UUID]
    staff: Mapping[str, UUID]
    """teacher, head, dean, office, registry, clerk"""
    scale_version: UUID

    def student(self, number: int) -> Actor:
        return somebody(self.students[number], Role.STUDENT, Scope.CLASS, self.class_id)

    @property
    def teacher(self) -> Actor:
        return somebody(self.staff["teacher"], Role.INSTRUCTOR, Scope.CLASS, self.class_id)

    @property
    def dean(self) -> Actor:
        return somebody(self.staff["dean"], Role.DEANS_OFFICE, Scope.UNIT, self.institute, self.department)

    @property
    def clerk(self) -> Actor:
        return somebody(self.staff["clerk"], Role.REGISTRY, Scope.UNIVERSITY)

    @property
    def office(self) -> Actor:
        return somebody(self.staff["office"], Role.INCLUSION_OFFICE, Scope.UNIVERSITY)


async def assessed(context: Context, app: Any, room: Room) -> dict[str, UUID]:
    """What is there, by name of a path parameter or field, with the part before it where several are called alike."""
    sender = Sender(app)
    found: dict[str, UUID] = {}
    async with context.writing(SETUP) as unit:
        held = [
            Grant(room.staff[name], role, scope, id_, NOW.date(), source=Source.ASSIGNED)
            for name, role, scope, id_ in (
                ("office", Role.INCLUSION_OFFICE, Scope.UNIVERSITY, None),
                ("head", Role.DEPARTMENT_HEAD, Scope.UNIT, room.department),
                ("dean", Role.DEANS_OFFICE, Scope.UNIT, room.institute),
                ("registry", Role.REGISTRY, Scope.UNIVERSITY, None),
            )
        ]
        await grant_roles(unit, held)
        journal = await seed_journal(
            unit, room.class_id, teacher=room.staff["teacher"], head=room.staff["head"], scale="points"
        )
        bank, versions = await seed_bank(unit, room.course)
    found |= {"line_item_id": journal.first, "bank_id": bank.id, "item_version_id": versions["password"]}
    found["item-versions/version_id"] = versions["password"]
    await _items(sender, room, found)
    await _grades(sender, room, found)
    await _accommodations(context, sender, room, found)
    await _assignments(sender, room, found)
    await _tests(sender, room, found, versions)
    await _rows(context, room, found)
    await _integrity(context, sender, room, found)
    await _transcripts(sender, room, found)
    return found | {"persons": room.students[0], "id": found["result_id"]}


async def _items(sender: Sender, room: Room, found: dict[str, UUID]) -> None:
    items = await sender.send(room.teacher, "GET", f"/item-banks/{found['bank_id']}/items")
    version = found["item_version_id"]
    found["items/item_id"] = UUID(next(one["id"] for one in items["items"] if one["code"] == "password"))
    found["medium_id"] = await sender.made(room.teacher, f"/item-banks/{found['bank_id']}/media", content=PNG)
    path = f"/item-versions/{version}/renditions/ky/simplified-language-portions"
    rendition = await sender.send(room.office, "PUT", path, content="Женил тил".encode())
    found["rendition_id"] = UUID(rendition["id"])


async def _grades(sender: Sender, room: Room, found: dict[str, UUID]) -> None:
    item = found["line_item_id"]
    for number, name in enumerate(("", "classmate/")):
        student = room.students[number]
        file = await sender.made(room.teacher, f"/line-items/{item}/grades/{student}/feedback-files", content=PDF)
        found[f"{name}feedback_id"] = file
    found["appeal_id"] = await sender.made(room.student(0), f"/me/grades/{item}/appeals", {"words": "Кайра караңыз"})
    appeals = await sender.send(room.student(1), "GET", "/appeals")
    found["classmate/appeal_id"] = UUID(appeals["items"][0]["id"])
    rubrics = await sender.send(room.teacher, "GET", f"/classes/{room.class_id}/rubrics")
    found["rubric_id"] = UUID(rubrics["items"][0]["id"])


async def _accommodations(context: Context, sender: Sender, room: Room, found: dict[str, UUID]) -> None:
    kinds = frozenset({TaskKind.TEST, TaskKind.ASSIGNMENT})
    value = AgreedValue(fixed_minutes=10)
    agreed = NewAccommodation(Feature.ADDITIONAL_TESTING_TIME, value, kinds, None, None)
    deciders = {
        Party.DEPARTMENT: room.staff["head"],
        Party.DEAN: room.staff["dean"],
        Party.SERVICE: room.staff["office"],
    }
    for number, name in enumerate(("", "classmate/")):
        async with context.writing(SETUP) as unit:
            plan = await add_active_plan(
                unit,
                NewPlan(
                    room.students[number],
                    deciders,
                    [agreed],
                    date(2026, 9, 1),
                    date(2027, 6, 30),
                    "7",
                    room.commission,
                    need="Көрүүм начар",
                ),
            )
        cases = await sender.send(room.student(number), "GET", "/accommodation-cases")
        case = cases["items"][0]["id"]
        evidence = await sender.made(room.office, f"/accommodation-cases/{case}/evidence", {"note": "Справка"})
        await sender.send(room.office, "POST", f"/accommodation-evidence/{evidence}/file", content=PDF)
        await sender.send(room.office, "POST", f"/accommodation-plans/{plan}/document", content=PDF)
        objection = await sender.made(
            room.student(number), f"/accommodation-plans/{plan}/objections", {"words": "Аз убакыт"}
        )
        found |= {
            f"{name}accommodation_case_id": UUID(case),
            f"{name}accommodation_plan_id": plan,
            f"{name}accommodation_evidence_id": evidence,
            f"{name}plan_objection_id": objection,
        }


async def _assignments(sender: Sender, room: Room, found: dict[str, UUID]) -> None:
    body = {
        "titles": WORDS,
        "instructions": WORDS,
        "opens_at": wire(NOW - DAY),
        "closes_at": wire(NOW + 10 * DAY),
        "grading": {"code": "A1"},
    }
    path = f"/classes/{room.class_id}/assignments"
    one = await sender.made(room.teacher, path, body)
    await sender.send(room.teacher, "POST", f"/assignments/{one}/files", content=PDF)
    shared = {"forming": "students", "group_size": 3, "grading": {"code": "A2"}}
    together = await sender.made(room.teacher, path, body | shared)
    for id_ in (one, together):
        await sender.send(room.teacher, "POST", f"/assignments/{id_}/announce")
    found |= {"assignment_id": one, "task_id": one, "together": together}
    found["groups/group_id"] = await sender.made(room.student(0), f"/assignments/{together}/groups", {})
    for number, name in enumerate(("", "classmate/")):
        who = room.student(number)
        work = await sender.made(who, f"/assignments/{one}/submissions")
        await sender.send(who, "PUT", f"/submissions/{work}/text", {"content": "Менин ишим"})
        await sender.send(who, "POST", f"/submissions/{work}/files", content=PDF)
        await sender.send(who, "POST", f"/submissions/{work}/submit")
        found[f"{name}submission_id"] = work
        seen = await sender.send(room.teacher, "GET", f"/assignments/{one}")
        item = seen["grading"]["line_item_id"]
        works = await sender.send(room.teacher, "GET", f"/line-items/{item}/works?limit=200")
        known = {str(id_) for id_ in found.values()}
        (queued,) = [queued["id"] for queued in works["items"] if queued["id"] not in known]
        found[f"{name}work_id"] = UUID(queued)
    marking = await sender.made(room.teacher, f"/marking-works/{found['work_id']}/take")
    found["marking_id"] = marking
    found["markings/feedback_id"] = await sender.made(room.teacher, f"/markings/{marking}/files", content=PDF)
    report = {"task_id": str(one), "began_at": wire(NOW - DAY / 24), "story": "Интернет үзүлдү"}
    more = {"task_id": str(one), "reason": "Оору", "adding": {"minutes": 60}}
    for number, name in enumerate(("", "classmate/")):
        incident = await sender.made(room.student(number), "/incidents", report)
        found[f"{name}incident_id"] = incident
        found[f"{name}evidence_id"] = await sender.made(
            room.student(number), f"/incidents/{incident}/evidence", content=PDF
        )
        found[f"{name}extension_id"] = await sender.made(
            room.teacher, "/extensions", more | {"person_id": str(room.students[number])}
        )


async def _tests(sender: Sender, room: Room, found: dict[str, UUID], versions: Mapping[str, UUID]) -> None:
    body: dict[str, Any] = {
        "class_id": str(room.class_id),
        "titles": WORDS,
        "opens_at": wire(NOW - DAY),
        "closes_at": wire(NOW + DAY),
        "time_limit_minutes": 60,
        "languages": ["ky"],
        "attempts": 3,
        "counting": "last",
        "sections": [{"item_version_ids": [str(versions["budget"])]}],
    }
    test = await sender.made(room.teacher, "/tests", body | {"grading": {"code": "T1"}})
    exam_times = {"opens_at": wire(NOW + 20 * DAY), "closes_at": wire(NOW + 21 * DAY)}
    exam = await sender.made(room.teacher, "/tests", body | exam_times | {"grading": {"code": "X1"}, "is_exam": True})
    await sender.send(room.teacher, "POST", f"/tests/{test}/announce")
    for number, name in enumerate(("", "classmate/")):
        who = room.student(number)
        attempt = await sender.made(who, f"/tests/{test}/attempts", {"language": "ky"})
        file = await sender.uploaded(who, f"/attempts/{attempt}/places/1/files")
        answer = {"kind": "file", "file_ids": [str(file)]}
        await sender.send(who, "PUT", f"/attempts/{attempt}/responses/1", {"version": 1, "answer": answer})
        found |= {f"{name}attempt_id": attempt, f"{name}attempts/file_id": file}
    handed_in = await sender.made(room.student(0), f"/tests/{test}/attempts", {"language": "ky"})
    await sender.send(room.student(0), "POST", f"/attempts/{handed_in}/submit")
    found["attempt_id"] = await sender.made(room.student(0), f"/tests/{test}/attempts", {"language": "ky"})
    found["attempts/file_id"] = await sender.uploaded(
        room.student(0), f"/attempts/{found['attempt_id']}/places/1/files"
    )
    seen = await sender.send(room.teacher, "GET", f"/tests/{test}")
    works = await sender.send(room.teacher, "GET", f"/line-items/{seen['line_item_id']}/works")
    marking = await sender.made(room.teacher, f"/marking-works/{works['items'][0]['id']}/take")
    work = await sender.send(room.teacher, "GET", f"/marking-attempts/{marking}")
    found |= {"test_id": test, "exam": exam, "marking-attempts/marking_id": marking}
    found["marking-attempts/file_id"] = UUID(work["places"][0]["answer"]["file_ids"][0])
    sitting = await sender.made(room.dean, "/sittings", {"test_id": str(exam), "format": "online"})
    await sender.send(room.dean, "POST", f"/sittings/{sitting}/announce", {"format": "online"})
    found |= {"sitting_id": sitting, "commission_id": room.commission}


async def _rows(context: Context, room: Room, found: dict[str, UUID]) -> None:
    """What many steps lead to."""
    places = {
        "class_id": room.class_id,
        "unit_id": room.department,
        "programme_id": room.programme,
    }
    async with context.writing(SETUP) as unit:
        check = IdentityCheckRow(
            id=new_id(),
            created_at=NOW,
            test_id=found["test_id"],
            person_id=room.students[0],
            method="document",
            checked_by=room.staff["teacher"],
        )
        unit.session.add(check)
        found["identity-checks/check_id"] = check.id
        for number, name in enumerate(("", "classmate/")):
            person = {"person_id": room.students[number]}
            result = ClassResultRow(
                id=new_id(),
                created_at=NOW,
                enrolment_id=room.enrolments[number],
                study_id=room.studies[number],
                course_id=room.course,
                academic_session_id=room.semester,
                study_unit_id=room.institute,
                number=1,
                points=Decimal("87.5"),
                scale_version_id=room.scale_version,
                grade_code="A",
                is_pass=True,
                parts=[],
                state="approved",
                decided_at=NOW,
                **places,
                **person,
            )
            retake = RetakeRow(
                id=new_id(),
                created_at=NOW,
                line_item_id=found["line_item_id"],
                number=1,
                cause="absent",
                reason="Оору",
                state="granted",
                opens_at=NOW,
                closes_at=NOW + 30 * DAY,
                counts="better",
                highest_points=Decimal(100),
                **places,
                **person,
            )
            talk = OralCheckRow(
                id=new_id(),
                created_at=NOW,
                task_id=found["assignment_id"],
                work_kind="submission",
                work_id=found[f"{name}submission_id"],
                state="scheduled",
                form="oral",
                begins_at=NOW,
                venue="101",
                examiner_id=room.staff["teacher"],
                **places,
                **person,
            )
            unit.session.add_all([result, retake, talk])
            found |= {
                f"{name}result_id": result.id,
                f"{name}retake_id": retake.id,
                f"{name}oral-checks/check_id": talk.id,
            }


async def _integrity(context: Context, sender: Sender, room: Room, found: dict[str, UUID]) -> None:
    async with context.writing(SETUP) as unit:
        run = SimilarityRunRow(
            id=new_id(),
            created_at=NOW,
            assignment_id=found["assignment_id"],
            class_id=room.class_id,
            state="done",
            common=[],
            unread=[],
            pairs=1,
        )
        unit.session.add(run)
        await unit.session.flush()
        pair = SimilarityPairRow(
            id=new_id(),
            created_at=NOW,
            run_id=run.id,
            place=1,
            first_work_id=found["submission_id"],
            second_work_id=found["classmate/submission_id"],
            shared_words=2,
            first_shared=2,
            second_shared=2,
            first_words=2,
            second_words=2,
            passages=[[0, 10, 0, 10, 2]],
        )
        unit.session.add(pair)
        found |= {"run_id": run.id, "pair_id": pair.id}
    for name in ("", "classmate/"):
        body = {
            "work_kind": "submission",
            "work_id": str(found[f"{name}submission_id"]),
            "ground": "similarity",
            "suspicion": "Бир эле сөздөр",
            "pair_id": str(pair.id),
        }
        case = await sender.made(room.teacher, "/integrity-cases", body)
        await sender.send(room.dean, "POST", f"/integrity-cases/{case}/notify", {"hearing_at": wire(NOW + 10 * DAY)})
        found[f"{name}case_id"] = case


async def _transcripts(sender: Sender, room: Room, found: dict[str, UUID]) -> None:
    for number, name in enumerate(("", "classmate/")):
        body = {"study_id": str(room.studies[number]), "academic_session_id": str(room.semester)}
        id_ = await sender.made(room.clerk, "/transcripts", body)
        await sender.send(room.dean, "POST", f"/transcripts/{id_}/approve", {"reason": "Толук эмес"})
        await sender.send(room.dean, "POST", f"/transcripts/{id_}/issue")
        found[f"{name}transcript_id"] = id_
