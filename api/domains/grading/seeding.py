"""A journal for a demonstration: graded, amended, marked by a rubric, appealed, in part not released yet. Made by the
same services as every other, in the name of who teaches and who decides."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from api.acting import acting_as
from api.domains.enrolment.service import held_places
from api.domains.grading.appeals import refuse_appeal, review_appeal, submit_appeal
from api.domains.grading.feedback import add_words
from api.domains.grading.grades import amend_grade, post_grade
from api.domains.grading.line_items import NewLineItem, create_line_item, line_item
from api.domains.grading.results import set_class_scale
from api.domains.grading.rubrics import create_rubric
from api.domains.grading.rules import Category, Criterion, Level
from api.domains.grading.service import release_line_item
from api.errors import NotAllowed
from api.unit import Unit

FIRST: Final = {"ky": "1-модуль", "ru": "Модуль 1", "en": "Module 1"}
SECOND: Final = {"ky": "2-модуль", "ru": "Модуль 2", "en": "Module 2"}
ESSAY: Final = {"ky": "Эссе", "ru": "Эссе", "en": "Essay"}
RUBRIC: Final = (
    Criterion(
        "argument",
        {"ky": "Далилдөө", "ru": "Аргументация", "en": "Argument"},
        Decimal(12),
        (
            Level("weak", {"ky": "алсыз", "ru": "слабая", "en": "weak"}, Decimal(4)),
            Level("sound", {"ky": "жетиштүү", "ru": "достаточная", "en": "sound"}, Decimal(8)),
            Level("strong", {"ky": "ынанымдуу", "ru": "убедительная", "en": "strong"}, Decimal(12)),
        ),
    ),
    Criterion("language", {"ky": "Тили", "ru": "Язык", "en": "Language"}, Decimal(8)),
)


@dataclass(frozen=True, slots=True)
class SeededJournal:
    """`essay` is blind and open, for works that are handed in."""

    first: UUID
    second: UUID
    essay: UUID
    rubric_version: UUID


async def seed_journal(unit: Unit, class_id: UUID, *, teacher: UUID, head: UUID, scale: str) -> SeededJournal:
    """The journal of a class whose students have places. Two modules count 30 each, the essay 40; the first module is
    released. Raises what the steps raise."""
    if not unit.actor.is_system:
        raise NotAllowed()
    students = [one.person_id for one in await held_places(unit, class_id)]
    with acting_as(unit, teacher):
        await set_class_scale(unit, class_id, scale)
        rubric = await create_rubric(unit, class_id, ESSAY, RUBRIC)
        first = await _module(unit, class_id, "M1", FIRST)
        second = await _module(unit, class_id, "M2", SECOND)
        essay = await create_line_item(
            unit,
            NewLineItem(
                class_id=class_id,
                code="E1",
                titles=ESSAY,
                category=Category.ASSIGNMENT,
                weight=Decimal(40),
                max_points=Decimal(20),
                rubric_version_id=rubric.id,
                is_blind=True,
                second_marker=True,
                threshold=Decimal(3),
            ),
        )
        for place, person in enumerate(students):
            await post_grade(unit, first, person, Decimal(55 + place * 7 % 45))
            if place % 3:
                await post_grade(unit, second, person, Decimal(60 + place * 11 % 40))
        for person in students[:1]:
            await amend_grade(unit, first, person, Decimal(88), reason="Үчүнчү тапшырма эсепке алынган эмес экен")
            await add_words(unit, await line_item(unit, first), person, "Далилдери толук, мисалдар жакшы тандалган.")
        await release_line_item(unit, first)
    for person in students[1:2]:
        with acting_as(unit, person):
            appeal = await submit_appeal(unit, first, person, "Бешинчи суроонун жообун кайра карап чыгыңыз.")
        with acting_as(unit, head):
            await review_appeal(unit, appeal)
            await refuse_appeal(unit, appeal, "Жоопто формула көрсөтүлгөн эмес; баа өзгөрүүсүз калат.")
    return SeededJournal(first, second, essay, rubric.id)


async def _module(unit: Unit, class_id: UUID, code: str, titles: dict[str, str]) -> UUID:
    new = NewLineItem(class_id=class_id, code=code, titles=titles, category=Category.MODULE, weight=Decimal(30))
    return await create_line_item(unit, new)
