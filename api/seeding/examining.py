"""Tests of a demonstration: one that is over, one that is open, one to check oneself by, an exam to come; attempts that
are graded, run, and wait for a marker; a failure that was reported."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from api.acting import acting_as
from api.domains.conditions import incidents
from api.domains.conditions import service as conditions
from api.domains.grading.service import Category, release_line_item
from api.domains.items.content import NEEDS_PERSON, ItemKind
from api.domains.items.seeding import QUESTIONS, seed_bank, seed_safety_bank
from api.domains.tests.definitions import NewGrading, NewSection, NewTest, announce_test, create_test
from api.domains.tests.models import TestRow
from api.domains.tests.rules import SittingFormat
from api.domains.tests.seeding import Sat, write_attempt
from api.domains.tests.sittings import plan_sitting
from api.seeding.campus import STORY_COURSE, University

FAILS: Final = 3
"""The place of the student who failed the module's test."""
_WRITES_NOW: Final = 4
_WAITS_FOR_MARKER: Final = 5
_REVIEW: Final = {"points": "released", "answers": "released", "feedback": "released", "key": "closed"}
_OWN_REVIEW: Final = dict.fromkeys(("points", "answers", "feedback", "key"), "released")
_MODULE: Final = {"ky": "1-модуль: компьютер жана файлдар", "ru": "Модуль 1: компьютер и файлы",
                  "en": "Module 1: computers and files"}  # fmt: skip
_OPEN: Final = {"ky": "2-модуль: интернет жана коопсуздук", "ru": "Модуль 2: интернет и безопасность",
                "en": "Module 2: the internet and safety"}  # fmt: skip
_OWN: Final = {"ky": "Өзүңүздү текшериңиз: коопсуздук", "ru": "Проверьте себя: безопасность",
               "en": "Check yourself: safety"}  # fmt: skip
_EXAM: Final = {"ky": "Жыйынтыктоочу экзамен", "ru": "Итоговый экзамен", "en": "Final exam"}
_DRAWN: Final = {"ky": "Коопсуздук", "ru": "Безопасность", "en": "Safety"}
_REST: Final = {"ky": "Санариптик сабаттуулук", "ru": "Цифровая грамотность", "en": "Digital literacy"}
_ESSAY: Final = (
    "Алдамчы катты мен үч белгиси боюнча тааныйм. Биринчиден, жөнөтүүчүнүн дареги: банктын аталышы туура болгону "
    "менен, даректин домени башка. Экинчиден, шаштыруу: «эсебиңиз бүгүн жабылат» деген сөз. Үчүнчүдөн, шилтеме: үстүнө "
    "барганда башка дарек көрүнөт. Жакында мага почтадан келгендей кат келип, жеткирүү үчүн карта номерин сурады. Мен "
    "шилтемени ачпай, почтанын өз сайтын таап, жөнөтмөнүн номерин ошол жерден текшердим: андай жөнөтмө жок экен."
)
_STORY: Final = (
    "Тест жазып жатканда интернет жети мүнөттөй үзүлүп калды, провайдер авария болгонун билдирди. "
    "Жоопторум сакталган, бирок убакытым жетпей калат деп корком."
)


@dataclass(frozen=True, slots=True)
class Bank:
    """Versions of questions: all kinds, those that a machine marks, and those that are drawn."""

    all_kinds: list[UUID]
    marked_by_machine: list[UUID]
    safety: list[UUID]


async def make_banks(university: University) -> Bank:
    course = university.courses[STORY_COURSE]
    with acting_as(university.unit, university.teachers[STORY_COURSE], university.ago(days=20)):
        _, made = await seed_bank(university.unit, course)
        _, safety = await seed_safety_bank(university.unit, course)
    by_machine = {code for code, _, content, _ in QUESTIONS if ItemKind(content["kind"]) not in NEEDS_PERSON}
    return Bank([*made.values()], [id_ for code, id_ in made.items() if code in by_machine], [*safety.values()])


async def hold_module_test(university: University, bank: Bank) -> UUID:
    """The line item of a test that is over: everybody of the stories has written it, one has failed."""
    unit, teacher = university.unit, university.teachers[STORY_COURSE]
    opens_at = university.day(-9, 9)
    with acting_as(unit, teacher, university.ago(days=12)):
        test = await create_test(
            unit,
            NewTest(
                class_id=university.classes[STORY_COURSE],
                titles=_MODULE,
                opens_at=opens_at,
                closes_at=university.day(-8, 18),
                languages=["ky", "ru", "en"],
                time_limit=timedelta(minutes=30),
                review=_REVIEW,
                grading=NewGrading(code="M1", category=Category.MODULE, weight=20),
                sections=[NewSection(titles=_REST, item_version_ids=bank.marked_by_machine)],
            ),
        )
        await announce_test(unit, test)
    mistakes = {0: 1, 1: 0, 2: 2, FAILS: 5, 4: 2, 5: 1}
    for place, number in mistakes.items():
        at = opens_at + timedelta(hours=place + 1)
        language = "ru" if place == 2 else "ky"  # one writes in another language
        sat = Sat(person_id=university.students[place], language=language, at=at, mistakes=number)
        await write_attempt(unit, test.id, sat)
    line_item = test.line_item_id
    if line_item is None:
        raise AssertionError("an announced test that is graded has its column")
    with acting_as(unit, teacher, university.ago(days=7)):
        await release_line_item(unit, line_item)
    return line_item


async def open_tests(university: University, bank: Bank) -> None:
    """A timed test of all kinds of questions that runs for a week, and one to check oneself by, as often as wanted."""
    unit, students = university.unit, university.students
    with acting_as(unit, university.teachers[STORY_COURSE], university.ago(days=3)):
        test = await _create_open_test(university, bank)
        await announce_test(unit, test)
        check = await create_test(
            unit,
            NewTest(
                class_id=university.classes[STORY_COURSE],
                titles=_OWN,
                opens_at=university.day(-2, 9),
                closes_at=university.day(60, 18),
                languages=["ky", "ru", "en"],
                attempts=None,
                is_self_check=True,
                review=_OWN_REVIEW,
                sections=[NewSection(titles=_DRAWN, item_version_ids=bank.safety)],
            ),
        )
        await announce_test(unit, check)
    at = university.ago(days=1)
    await write_attempt(unit, check.id, Sat(person_id=students[0], language="ky", at=at, mistakes=2))
    await write_attempt(
        unit,
        test.id,
        Sat(person_id=students[_WAITS_FOR_MARKER], language="ky", at=university.ago(hours=1), mistakes=2, essay=_ESSAY),
    )
    running = Sat(
        person_id=students[_WRITES_NOW], language="ky", at=university.ago(minutes=12), answered=4, is_running=True
    )
    await write_attempt(unit, test.id, running)
    with acting_as(unit, students[_WRITES_NOW], university.ago(minutes=1)):
        failure = incidents.Failure(university.ago(minutes=8), university.ago(minutes=1), _STORY)
        await incidents.report(unit, await conditions.find_task(unit, test.id), failure)


async def _create_open_test(university: University, bank: Bank) -> TestRow:
    return await create_test(
        university.unit,
        NewTest(
            class_id=university.classes[STORY_COURSE],
            titles=_OPEN,
            opens_at=university.ago(hours=3).replace(minute=0),
            closes_at=university.day(7, 18),
            languages=["ky", "ru"],
            time_limit=timedelta(minutes=40),
            review=_REVIEW,
            grading=NewGrading(code="M2", category=Category.MODULE, weight=20),
            sections=[
                NewSection(titles=_DRAWN, item_version_ids=bank.safety, draw=3),
                NewSection(titles=_REST, item_version_ids=bank.all_kinds),
            ],
        ),
    )


async def plan_exam(university: University, bank: Bank) -> None:
    """An exam at the university's own computers in two weeks; it is announced by its sitting."""
    unit = university.unit
    with acting_as(unit, university.teachers[STORY_COURSE], university.ago(days=1)):
        exam = await create_test(
            unit,
            NewTest(
                class_id=university.classes[STORY_COURSE],
                titles=_EXAM,
                opens_at=university.day(14, 9),
                closes_at=university.day(14, 12),
                languages=["ky", "ru"],
                time_limit=timedelta(minutes=90),
                is_exam=True,
                review=_REVIEW,
                grading=NewGrading(code="EX", category=Category.EXAM, weight=40),
                sections=[NewSection(titles=_REST, item_version_ids=[*bank.all_kinds, *bank.safety])],
            ),
        )
    with acting_as(unit, university.staff["dean-idt"], university.ago(days=1)):
        await plan_sitting(unit, exam, SittingFormat.COMPUTER_CLASS, "204", None)
