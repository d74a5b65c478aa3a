"""Grades of a demonstration: scales, a journal in the middle of the semester, a retake, the results of a class, a
transcript that anybody can verify."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from api.acting import acting_as
from api.domains.enrolment.service import held_places
from api.domains.grading import retakes
from api.domains.grading.line_items import NewLineItem, create_line_item
from api.domains.grading.results import approve, compute, propose, required_scale, set_class_scale
from api.domains.grading.rules import Category, RetakeCause
from api.domains.grading.seeding import seed_journal
from api.domains.grading.service import post_grade, release_line_item
from api.domains.scales.loading import example_text, load_scales
from api.domains.transcripts import service as transcripts
from api.domains.transcripts.rules import Office
from api.seeding.campus import FINISHED_COURSE, MARKED_COURSE, University
from api.seeding.examining import FAILS

_SCALE: Final = "100-point"
"""Of the shipped examples."""
_MODULE: Final = {"ky": "Модулдук текшерүү", "ru": "Модульный контроль", "en": "Module control"}
_EXAM: Final = {"ky": "Экзамен", "ru": "Экзамен", "en": "Exam"}
_EARLY: Final = "Студент академиялык мобилдүүлүккө кетет; калган курстардын жыйынтыгы семестрдин аягында чыгат"
"""Why a transcript is issued before all courses have their results."""


async def set_scales(university: University) -> None:
    """The shipped scales, and one of them for every class."""
    unit = university.unit
    with acting_as(unit, university.staff["registry"], university.begun_at):
        await load_scales(unit, example_text())
        for code, class_id in university.classes.items():
            if code != MARKED_COURSE:  # its teacher sets it with the journal
                await set_class_scale(unit, class_id, _SCALE)


async def grant_retake(university: University, line_item: UUID) -> None:
    """Who failed the module's test may take it once more, at a time that was set."""
    unit = university.unit
    with acting_as(unit, university.staff["dean-idt"], university.ago(days=5)):
        retake = await retakes.grant_retake(
            unit, line_item, university.students[FAILS], RetakeCause.FAILED, "Биринчи жолу өтүү упайын алган жок"
        )
        await retakes.schedule_retake(unit, retake, university.day(4, 14))


async def keep_journal(university: University) -> None:
    """A small class in the middle of the semester: a rubric, an amended grade, an appeal that was refused."""
    with acting_as(university.unit, None, university.ago(days=2)):
        await seed_journal(
            university.unit,
            university.classes[MARKED_COURSE],
            teacher=university.teachers[MARKED_COURSE],
            head=university.staff["head-ped"],
            scale=_SCALE,
        )


async def finish_class(university: University) -> UUID:
    """A small class that has all its grades; its results are proposed by who teaches and approved by the dean. The
    study of the first student."""
    unit, class_id, teacher = university.unit, university.classes[FINISHED_COURSE], university.teachers[FINISHED_COURSE]
    persons = sorted(one.person_id for one in await held_places(unit, class_id))
    with acting_as(unit, teacher, university.ago(days=4)):
        for code, titles, category, weight in (
            ("M1", _MODULE, Category.MODULE, 40),
            ("EX", _EXAM, Category.EXAM, 60),
        ):
            new = NewLineItem(class_id=class_id, code=code, titles=titles, category=category, weight=Decimal(weight))
            column = await create_line_item(unit, new)
            for person in persons:
                await post_grade(unit, column, person, Decimal(university.chance.randint(61, 98)))
            await release_line_item(unit, column)
    with acting_as(unit, teacher, university.ago(days=3)):
        scale = await required_scale(unit, class_id)
        computed = await compute(unit, class_id)
        results = [await propose(unit, one, scale, missing_as_zero=False) for one in computed.values()]
    with acting_as(unit, university.staff["dean-idt"], university.ago(days=2)):
        for row in results:
            await approve(unit, row)
    return next(row.study_id for row in results if row.person_id == university.students[0])


async def issue_transcript(university: University, study: UUID) -> str:
    """The code that verifies it: of a semester that is not over, with a reason. Drafted by the registry, approved and
    issued by the dean's office."""
    unit = university.unit
    with acting_as(unit, university.staff["registry"], university.ago(days=1, hours=4)):
        row = await transcripts.draft(unit, study, university.semester_id)
    with acting_as(unit, university.staff["dean-idt"], university.ago(days=1)):
        await transcripts.approve(unit, row, Office.DEANS_OFFICE, _EARLY)
        await transcripts.issue(unit, row)
    if row.code is None:
        raise AssertionError("an issued transcript has its code")
    return row.code
