"""Students of a demonstration university: admitted, in groups, in classes."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from api.acting import acting_as
from api.domains.courses import service as courses
from api.domains.enrolment import service as enrolment
from api.domains.people import service as people
from api.domains.teaching import service as teaching
from api.domains.teaching.rules import Mode
from api.identity import Role
from api.seeding.campus import FINISHED_COURSE, MARKED_COURSE, STORY_COURSE, University
from api.seeding.persons import draw_person

CAST: Final = 6
"""How many students the stories are about: the first ones. With fewer there are no stories."""
_CAPACITY: Final = 90
_SMALL: Final = 15
"""Students of a class whose journal is full."""
_LEFT_OUT: Final = 10
"""Of a large class wait for a place."""
_GROUP: Final = 30


async def admit(university: University, count: int) -> None:
    """Students in equal numbers in the four programmes, in groups of thirty at most, each with its curator."""
    unit, programmes = university.unit, university.programmes
    university.students = await people.create_persons(
        unit, [draw_person(university.chance, f"student-{number}") for number in range(1, count + 1)]
    )
    admissions = [
        enrolment.Admission(person, programmes[place % len(programmes)][1], university.year[0].year)
        for place, person in enumerate(university.students)
    ]
    with acting_as(unit, None, university.begun_at):
        await enrolment.admit_many(unit, admissions, order_number="1-D", order_date=university.year[0])
        for number in range(len(programmes)):
            await _form_groups(university, number)
    if university.students:
        university.logins["student"] = (university.students[0], Role.STUDENT.value)
    if len(university.students) >= CAST:
        university.logins["student-plan"] = (university.students[1], Role.STUDENT.value)


async def _form_groups(university: University, number: int) -> None:
    unit = university.unit
    code, programme, department = university.programmes[number]
    members = university.students[number :: len(university.programmes)]
    parts = [members[start : start + _GROUP] for start in range(0, len(members), _GROUP)]
    saved = await teaching.save_groups(
        unit,
        [
            teaching.NewGroup(f"{code}-{place + 1}", programme, department, university.year[0].year, "ky")
            for place in range(len(parts))
        ],
    )
    for place, (group, part) in enumerate(zip(saved.ids, parts, strict=True)):
        curator = university.instructors[(number * 3 + place) % len(university.instructors)]
        await teaching.assign_curator(unit, group, curator, unit.today)
        await teaching.activate_group(unit, group)
        await teaching.add_members(unit, [(group, person) for person in part], unit.today)


async def open_classes(university: University) -> None:
    """A class of each course. Those that the stories are about come first; the others are full and have waiting
    lists."""
    unit = university.unit
    briefs = await courses.course_briefs(unit, university.courses.values())
    ordered = sorted(briefs.values(), key=lambda one: (_rank(one.code), one.code))
    saved = await teaching.save_classes(
        unit,
        [
            teaching.NewClass(
                code=f"{one.code[:40]}-1",
                course_id=one.id,
                academic_session_id=university.semester_id,
                unit_id=one.unit_id or university.units["DT"],
                language="ky",
                capacity=_CAPACITY if _is_large(one.code) else _SMALL,
                mode=Mode.DISTANCE,
            )
            for one in ordered
        ],
    )
    with acting_as(unit, None, university.begun_at):
        for place, (one, class_id) in enumerate(zip(ordered, saved.ids, strict=True)):
            teacher = university.instructors[place % len(university.instructors)]
            await teaching.assign_instructor(unit, class_id, teacher, university.semester[0])
            await teaching.open_class(unit, class_id)
            await teaching.start_class(unit, class_id)
            university.classes[one.code], university.teachers[one.code] = class_id, teacher
        await enrolment.enrol_many(
            unit,
            [
                enrolment.Enrolling(person, class_id)
                for code, class_id in university.classes.items()
                for person in _choose(university, code)
            ],
        )


_STORIES: Final = (STORY_COURSE, FINISHED_COURSE, MARKED_COURSE)


def _rank(code: str) -> int:
    return _STORIES.index(code) if code in _STORIES else len(_STORIES)


def _is_large(code: str) -> bool:
    return code not in (FINISHED_COURSE, MARKED_COURSE)


def _choose(university: University, code: str) -> Sequence[UUID]:
    """The students of the stories are in their classes whatever chance says."""
    wanted = _CAPACITY + _LEFT_OUT if _is_large(code) else _SMALL
    cast = university.students[:CAST] if code in _STORIES else []
    others = university.students[len(cast) :]
    return [*cast, *university.chance.sample(others, min(len(others), wanted - len(cast)))]
