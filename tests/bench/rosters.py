"""A roster of 10,000 students over HTTP."""

import time

from litestar.types import ASGIApp

from api.identity import Role, Scope
from tests.api.enrolment.world import build_world
from tests.api.rostering.archives import Tables, pack, semester
from tests.bench.university import Browser, Databases, ask, employ, opened

STUDENTS = 10_000
COURSES = 4
SEATS = 100
MOST_S = 30


async def measure_rosters(databases: Databases) -> None:
    """10,000 students who are admitted and enrolled, each in a class of four courses; then the same once more."""
    packed = pack(_tables(STUDENTS))
    async with opened(databases.create("rosters")) as (context, app):
        await build_world(context)
        registry = await employ(context, Role.REGISTRY, Scope.UNIVERSITY)
        for what in ("first time", "the same again"):
            wall, cpu = time.perf_counter(), time.process_time()
            await _send(app, registry, packed)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            print(
                f"{databases.kind}: OneRoster archive, {STUDENTS} students in {COURSES} classes each, {what}: "
                f"{wall:.1f} s, of them {cpu:.1f} s CPU of the service (asked: at most {MOST_S} s)",
                flush=True,
            )


async def _send(app: ASGIApp, registry: Browser, packed: bytes) -> None:
    headers = [*registry.headers, ("content-type", "application/zip")]
    status, answer = await ask(app, "POST", "/v1/rosters", headers, packed)
    if status != 200:
        raise RuntimeError(answer.decode()[:2000])


def _tables(students: int) -> Tables:
    tables = semester(students, programme="P", capacity=SEATS)
    classes, enrolments = tables["classes.csv"], tables["enrollments.csv"]
    courses: list[tuple[str, str]] = []
    model, teaching = classes[1], enrolments[1]
    del classes[1:], enrolments[1:]
    for number in range(COURSES):
        courses.append((f"c{number}", f"course-of-roster-{number}"))
        for section in range(students // SEATS):
            classes.append([f"k{number}-{section}", *model[1:3], f"c{number}", f"K-{number}-{section}", *model[5:]])
            enrolments.append([f"t{number}-{section}", "active", f"k{number}-{section}", *teaching[3:]])
        for student in range(students):
            place = [f"e{number}-{student}", "active", f"k{number}-{student // SEATS}"]
            enrolments.append([*place, "o2", f"s{student}", "student", "2028-02-01"])
    tables["courses.csv"][1:] = [[id_, "active", "Алгебра", code, "o2"] for id_, code in courses]
    return tables
