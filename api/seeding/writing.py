"""Assignments of a demonstration: an essay that was marked blind and released, with a grade that was amended and two
works that have passages in common; a table that waits to be marked."""

from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from api.acting import acting_as
from api.domains.assignments import service as assignments
from api.domains.assignments.service import Grading, LateRule, NewAssignment, TextRule
from api.domains.files import service as files
from api.domains.files.service import FileRules, Received
from api.domains.grading import marking
from api.domains.grading.feedback import add_words
from api.domains.grading.service import amend_grade, line_item, marking_of_work, release_line_item
from api.domains.integrity.cases import NewCase, report_case
from api.domains.integrity.reports import evidence_for, want_run
from api.domains.integrity.rules import Ground, WorkKind
from api.domains.integrity.seeding import compare_now
from api.domains.teaching.service import class_brief
from api.seeding.campus import STORY_COURSE, University
from api.seeding.texts import DRAFT, ESSAYS, EXPENSES, RUSSIAN_ESSAY
from api.unit import Context

_COPIES: Final = 3
_IN_A_FILE: Final = 2
_MARKS: Final = {0: ("78", "Мисалдар жакшы, экинчи абзацта далил жетишпейт."),
                 1: ("91", "Жеке тажрыйбадан алынган мисал ынанымдуу."),
                 2: ("84", "Хорошо построено; назовите источник о том, сколько хранятся данные."),
                 3: ("62", "Өз оюңуз кайда башталганы көрүнбөйт."),
                 5: ("88", "Үч иштин баары так жазылган.")}  # fmt: skip
"""By the student's place: points, and what the marker says."""
_ESSAY: Final = {"ky": "Эссе: менин санариптик изим", "ru": "Эссе: мой цифровой след",
                 "en": "Essay: my digital footprint"}  # fmt: skip
_ESSAY_TASK: Final = {
    "ky": "Интернет сиз жөнүндө эмнени билет? Өз тажрыйбаңыздын негизинде 100–300 сөз жазыңыз.",
    "ru": "Что интернет знает о вас? Напишите 100–300 слов, опираясь на собственный опыт.",
    "en": "What does the internet know about you? Write 100 to 300 words from your own experience.",
}
_TABLE: Final = {"ky": "Электрондук таблица: бир айлык чыгымдар", "ru": "Электронная таблица: расходы за месяц",
                 "en": "Spreadsheet: the expenses of a month"}  # fmt: skip
_TABLE_TASK: Final = {
    "ky": "Бир айлык чыгымдардын таблицасын түзүп, CSV же ODS түрүндө тапшырыңыз. "
    "Жыйынтыгын эки сүйлөм менен түшүндүрүңүз.",
    "ru": "Составьте таблицу расходов за месяц и сдайте её в формате CSV или ODS. Поясните итог двумя предложениями.",
    "en": "Make a table of the expenses of a month and hand it in as CSV or ODS. Explain the total in two sentences.",
}
_SUM_UP: Final = "Эң көп чыгым тамак-ашка кетти. Унаага кеткен акчаны жол киреси арзан айлык билет менен азайтса болот."
_AMENDED: Final = "Экинчи абзацтагы мисал биринчи текшерүүдө эсепке алынбай калган"
_SUSPICION: Final = "Бир нече үзүндү башка студенттин эссеси менен сөзмө-сөз дал келет; салыштыруу тиркелди."


@dataclass(frozen=True, slots=True)
class Files:
    """What students hand in, on the disk before the transaction begins."""

    essay: Received
    table: Received


async def receive_files(context: Context) -> Files:
    rules = FileRules(1_000_000, None)

    async def take(name: str, media_type: str, text: str) -> Received:
        async def stream() -> AsyncIterator[bytes]:
            yield text.encode()

        return await files.receive(stream(), context, name, media_type, rules)

    return Files(
        await take("Цифровой след.txt", "text/plain", RUSSIAN_ESSAY), await take("чыгымдар.csv", "text/csv", EXPENSES)
    )


async def write_essays(university: University, received: Files) -> None:
    """Handed in as texts and as a file, compared, marked blind, released; then one grade is amended, one case
    reported."""
    unit, students = university.unit, university.students
    teacher = university.teachers[STORY_COURSE]
    essay = await _announce(
        university,
        12,
        opens=-11,
        closes=-5,
        titles=_ESSAY,
        instructions=_ESSAY_TASK,
        grading=Grading("E1", weight=Decimal(20), is_blind=True),
    )
    await _hand_in(university, essay, 0, 8, DRAFT)
    works = {place: await _hand_in(university, essay, place, 7 - place / 10, words) for place, words in ESSAYS.items()}
    works[_IN_A_FILE] = await _hand_in(university, essay, _IN_A_FILE, 6, None, received.essay)
    with acting_as(unit, teacher, university.ago(days=4)):
        pairs = await compare_now(unit, await want_run(unit, essay, []))
    with acting_as(unit, teacher, university.ago(days=3, hours=12)):
        for place, work in works.items():
            await _mark(university, work, teacher, *_MARKS[place])
    column = (await assignments.find_assignment(unit, essay)).row.line_item_id
    if column is None:
        raise AssertionError("an announced assignment that is graded has its column")
    with acting_as(unit, teacher, university.ago(days=3)):
        await release_line_item(unit, column)
    with acting_as(unit, teacher, university.ago(days=2)):
        await amend_grade(unit, column, students[0], Decimal(84), reason=_AMENDED)
        await add_words(unit, await line_item(unit, column), students[0], "Эми туура: далил экинчи абзацта бар экен.")
        copied = works[_COPIES]
        (pair,) = (one for one in pairs if copied in {one.first_work_id, one.second_work_id})
        evidence = await evidence_for(lambda: nullcontext(unit), pair, copied)
        case = NewCase(essay, students[_COPIES], WorkKind.SUBMISSION, copied, Ground.SIMILARITY, _SUSPICION, evidence)
        await report_case(unit, case)


async def hand_in_tables(university: University, received: Files) -> None:
    """Open for some days more; one work waits to be marked."""
    table = await _announce(
        university,
        5,
        opens=-4,
        closes=5,
        titles=_TABLE,
        instructions=_TABLE_TASK,
        due=3,
        grading=Grading("T1", max_points=Decimal(20)),
    )
    await _hand_in(university, table, 0, 1, _SUM_UP, received.table)


async def _announce(
    university: University,
    days: int,
    *,
    opens: int,
    closes: int,
    titles: dict[str, str],
    instructions: dict[str, str],
    grading: Grading,
    due: int | None = None,
) -> UUID:
    """Announced so many `days` ago; the window in days from today. With `due` late works are taken until the close."""
    unit = university.unit
    with acting_as(unit, university.teachers[STORY_COURSE], university.ago(days=days)):
        id_ = await assignments.create_assignment(
            unit,
            await class_brief(unit, university.classes[STORY_COURSE]),
            NewAssignment(
                class_id=university.classes[STORY_COURSE],
                titles=titles,
                instructions=instructions,
                opens_at=university.day(opens, 9),
                closes_at=university.day(closes, 23),
                due_at=None if due is None else university.day(due, 23),
                late=LateRule.REFUSED if due is None else LateRule.ACCEPTED,
                penalty_percent=0 if due is None else 10,
                text=TextRule.OPTIONAL,
                grading=grading,
            ),
        )
        await assignments.announce(unit, await assignments.find_assignment(unit, id_))
    return id_


async def _hand_in(
    university: University, assignment: UUID, place: int, days: float, text: str | None, file: Received | None = None
) -> UUID:
    """The version's id; `days` ago, by the student at this place."""
    unit, person = university.unit, university.students[place]
    with acting_as(unit, person, university.ago(days=days)):
        one = await assignments.find_assignment(unit, assignment)
        draft, _ = await assignments.begin_draft(unit, one, person)
        if text is not None:
            await assignments.save_text(unit, one, draft, text, "ky")
        if file is not None:
            await assignments.add_file(unit, one, draft, file)
        return (await assignments.submit(unit, one, draft.id)).id


async def _mark(university: University, work_id: UUID, marker: UUID, points: str, comment: str) -> None:
    unit = university.unit
    (one, *_) = await marking_of_work(unit, work_id)
    column, work = (
        await line_item(unit, one.line_item_id),
        await marking.find_work(unit, one.marking_work_id, lock=True),
    )
    taken = await marking.take(unit, work, marker)
    await marking.save_marking(unit, column, work, taken, scores=[], points=Decimal(points), comment=comment)
    await marking.finish_marking(unit, column, work, taken)
