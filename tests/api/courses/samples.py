"""Small universities and manifests for the tests of this domain."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from api.domains.people.models import PersonRow, UnitRow
from api.domains.teaching.models import AcademicSessionRow, ClassRow
from api.identity import Actor, HeldRole, Method, Role, Scope, system_actor
from api.ids import new_id
from api.unit import Context
from builder.model.manifest import (
    MANIFEST_VERSION,
    Artefact,
    CourseEntry,
    LessonEntry,
    Manifest,
    ResourceEntry,
    Withheld,
)

JOB = system_actor("job:test")
BEFORE = datetime(2026, 8, 1, tzinfo=UTC)
HOLDER = "Көк-Булут аралыктан окутуу университети"


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def lesson(name: str = "files", order: int = 1, languages: Iterable[str] = ("ky", "ru"), **other: Any) -> LessonEntry:
    titles = {tag: f"{name} {tag}" for tag in languages}
    return replace(LessonEntry(name, order, titles, "lecture-text", HOLDER, "CC-BY-4.0", "public"), **other)


def resource(path: str, type_: str = "picture", languages: Sequence[str] = ("ky",), **other: Any) -> ResourceEntry:
    entry = ResourceEntry(
        path, type_, list(languages), HOLDER, "CC-BY-4.0", "public", "Маалымат кафедрасы", digest_of(path)
    )
    return replace(entry, **other)


def course(id_: str = "digital-literacy", **other: Any) -> CourseEntry:
    entry = CourseEntry(
        id=id_,
        languages=["ky", "ru"],
        titles={"ky": "Санариптик сабаттуулук", "ru": "Цифровая грамотность"},
        descriptions={"ky": "Баштапкы курс.", "ru": "Начальный курс."},
        units={"ky": "Маалымат кафедрасы", "ru": "Кафедра информатики"},
        type="lecture-text",
        holder=HOLDER,
        licence="CC-BY-4.0",
        access="public",
        ects=3.0,
        national_credits=3.0,
        people=[{"name": "Бакыт Эсенов", "role": "responsible"}],
        lessons=[lesson()],
        resources=[],
    )
    return replace(entry, **other)


def artefact(course_id: str, lesson_name: str, language: str, format_: str, **other: Any) -> Artefact:
    path = f"{language}/{course_id}/{lesson_name or 'all'}.{other.get('variant', 'standard')}.{format_}"
    made = Artefact(
        course=course_id,
        lesson=lesson_name,
        language=language,
        variant="standard",
        format=format_,
        path=path,
        media_type="application/octet-stream",
        size=1000,
        digest=digest_of(path),
        source=f"content/{course_id}/{language}/01-{lesson_name}.md",
        source_digest=digest_of("source"),
    )
    return replace(made, **other)


def manifest(
    courses: Sequence[CourseEntry], artefacts: Sequence[Artefact] = (), withheld: Sequence[Withheld] = ()
) -> Manifest:
    return Manifest(MANIFEST_VERSION, ["ky", "ru", "en"], list(courses), list(artefacts), list(withheld))


def in_all_forms(entry: CourseEntry, formats: Sequence[str] = ("html", "large-print", "brf", "epub")) -> list[Artefact]:
    """The lessons in these formats (EPUB: the course as a whole), in every language that they have."""
    made = [
        artefact(entry.id, one.name, language, name)
        for one in entry.lessons
        for language in one.titles
        for name in formats
        if name != "epub"
    ]
    return made + [artefact(entry.id, "", language, "epub") for language in entry.languages if "epub" in formats]


def write(path: Path, found: Manifest) -> Path:
    """By the builder's own writer."""
    path.write_text(found.to_json(), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Places:
    """A university with two departments and a library."""

    university: UUID
    institute: UUID
    informatics: UUID
    law: UUID
    library: UUID
    council: UUID


async def make_places(context: Context) -> Places:
    ids = Places(*(new_id() for _ in range(6)))
    kinds: list[tuple[UUID, str, str, UUID | None, dict[str, str]]] = [
        (ids.university, "kbu", "university", None, {"ky": "Көк-Булут университети"}),
        (ids.institute, "it", "institute", ids.university, {"ky": "Технологиялар институту"}),
        (
            ids.informatics,
            "inf",
            "department",
            ids.institute,
            {"ky": "Маалымат кафедрасы", "ru": "Кафедра информатики"},
        ),
        (ids.law, "law", "department", ids.institute, {"ky": "Укук кафедрасы"}),
        (ids.library, "lib", "service", ids.university, {"ky": "Китепкана"}),
        (ids.council, "umk", "methodical-council", ids.university, {"ky": "Окуу-усулдук кеңеш"}),
    ]
    for id_, code, kind, parent, titles in kinds:
        async with context.writing(JOB) as unit:
            unit.session.add(UnitRow(id=id_, created_at=BEFORE, code=code, kind=kind, parent_id=parent, titles=titles))
    return ids


async def make_session(context: Context, starts_on: date, ends_on: date, state: str = "open") -> UUID:
    id_ = new_id()
    async with context.writing(JOB) as unit:
        row = AcademicSessionRow(
            id=id_,
            created_at=BEFORE,
            code=f"s-{id_}",
            kind="year",
            titles={"ky": "Окуу жылы"},
            starts_on=starts_on,
            ends_on=ends_on,
            state=state,
        )
        unit.session.add(row)
    return id_


async def make_class(context: Context, course_id: UUID, session_id: UUID, unit_id: UUID) -> UUID:
    id_ = new_id()
    async with context.writing(JOB) as unit:
        row = ClassRow(
            id=id_,
            created_at=BEFORE,
            code=f"c-{id_}",
            course_id=course_id,
            academic_session_id=session_id,
            unit_id=unit_id,
            language="ky",
            capacity=30,
            mode="distance",
        )
        unit.session.add(row)
    return id_


async def make_person(context: Context) -> UUID:
    id_ = new_id()
    async with context.writing(JOB) as unit:
        row = PersonRow(id=id_, created_at=BEFORE, name_tag="ky-Cyrl", family_name="Асанова", given_name="Айгүл")
        unit.session.add(row)
    return id_


def actor(*roles: tuple[Role, Scope, UUID | None], person: UUID | None = None) -> Actor:
    """Somebody who is signed in and holds these roles."""
    held = tuple(HeldRole(role, scope, frozenset() if id_ is None else frozenset({id_})) for role, scope, id_ in roles)
    return Actor(account=new_id(), person=person or new_id(), roles=held, method=Method.SESSION)


REGISTRY = actor((Role.REGISTRY, Scope.UNIVERSITY, None))
INCLUSION = actor((Role.INCLUSION_OFFICE, Scope.UNIVERSITY, None))
STRANGER = actor()
