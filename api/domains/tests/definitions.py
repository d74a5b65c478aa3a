"""Tests as instructors make them: a draft with sections, announced once, then fixed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select

from api.domains.conditions import service as conditions
from api.domains.conditions.service import Conditions, NewTask, Task, TaskKind, TaskState
from api.domains.enrolment.service import held_classes, held_places
from api.domains.grading.service import Category, NewLineItem, create_line_item
from api.domains.items.content import NEEDS_PERSON, ItemKind
from api.domains.items.service import (
    ItemVersion,
    Missing,
    RenditionFormat,
    draw_candidates,
    mark_used,
    missing_renditions,
    order_renditions,
    versions,
)
from api.domains.programmes.rules import Kind as ProgrammePart
from api.domains.programmes.service import in_person_kinds
from api.domains.teaching.rules import AT_A_DISTANCE
from api.domains.teaching.service import ClassBrief, class_brief
from api.domains.tests.errors import ControlInPersonOnly, SittingNotPlanned, TestAnnounced, TestEmpty, TestInUse
from api.domains.tests.models import AttemptRow, SittingRow, TestRow, TestSectionItemRow, TestSectionRow
from api.domains.tests.papers import as_blueprint, read_blueprint
from api.domains.tests.rules import (
    Counting,
    DrawableItem,
    Navigation,
    Section,
    SittingState,
    is_fair_draw,
    most_points,
)
from api.errors import FieldError, InvalidFields, NotFound, invalid
from api.events import Event
from api.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSection:
    """`bank_ids` (with `tags`: of these topics) add the active items that the banks have now."""

    titles: Mapping[str, str] = field(default_factory=dict)
    draw: int | None = None
    shuffle_items: bool = True
    shuffle_choices: bool = True
    item_version_ids: Sequence[UUID] = ()
    bank_ids: Sequence[UUID] = ()
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGrading:
    """The column of the journal that the test will have."""

    code: str
    category: Category = Category.TEST
    weight: int = 0
    """Per cent of the class result."""
    is_blind: bool = False
    second_marker: bool = False
    rubric_version_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTest:
    """A test as its author describes it. `grading` is None for a self-check, and for no other."""

    class_id: UUID
    titles: Mapping[str, str]
    opens_at: datetime
    closes_at: datetime
    languages: Sequence[str]
    time_limit: timedelta | None = None
    attempts: int | None = 1
    is_self_check: bool = False
    is_exam: bool = False
    is_proctored: bool = False
    warning: Mapping[str, str] | None = None
    navigation: Navigation = Navigation.FREE
    counting: Counting = Counting.BEST
    review: Mapping[str, str] = field(default_factory=dict)
    grading: NewGrading | None = None
    sections: Sequence[NewSection] = ()


async def create_test(unit: Unit, new: NewTest) -> TestRow:
    """A draft, which students do not see. Raises NotFound for a class that is not there, WindowInvalid,
    InvalidFields."""
    one = await class_brief(unit, new.class_id)
    languages = list(dict.fromkeys(new.languages))
    if new.is_self_check == (new.grading is not None):
        raise invalid("/grading", "self-check-ungraded" if new.is_self_check else "missing")
    if new.is_self_check and (new.is_exam or new.is_proctored):
        raise invalid("/is_exam" if new.is_exam else "/is_proctored", "self-check-no-exam")
    if new.is_proctored != (new.warning is not None):
        raise invalid("/warning", "missing" if new.is_proctored else "warning-without-proctoring")
    if new.warning is not None and (lacking := sorted(set(languages) - set(new.warning))):
        raise invalid("/warning", "language-missing", languages=lacking)
    task_id = await conditions.create_task(
        unit,
        NewTask(
            TaskKind.TEST,
            new.class_id,
            new.titles,
            new.opens_at,
            new.closes_at,
            time_limit=new.time_limit,
            attempts=new.attempts,
            is_self_check=new.is_self_check,
        ),
    )
    row = TestRow(
        id=task_id,
        created_at=unit.now,
        class_id=one.id,
        unit_id=one.unit_id,
        programme_id=one.programme_id,
        navigation=new.navigation,
        languages=languages,
        is_self_check=new.is_self_check,
        is_exam=new.is_exam,
        is_proctored=new.is_proctored,
        warning=None if new.warning is None else dict(new.warning),
        warning_digest=None if new.warning is None else digest_of_warning(new.warning),
        review=dict(new.review),
        counting=new.counting,
        grading={} if new.grading is None else msgspec.to_builtins(new.grading),
        created_by=unit.actor.person,
    )
    unit.session.add(row)
    await unit.session.flush()
    await _write_sections(unit, one, row, new.sections)
    return row


def digest_of_warning(warning: Mapping[str, str]) -> str:
    """Which words it was that a student acknowledged."""
    return sha256(msgspec.json.encode(dict(warning), order="deterministic")).hexdigest()


async def find_test(unit: Unit, test_id: UUID, *, lock: bool = False) -> TestRow:
    """Raises NotFound."""
    row = await unit.session.get(TestRow, test_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound()
    return row


async def replace_sections(unit: Unit, row: TestRow, sections: Sequence[NewSection]) -> None:
    """Other questions for a draft. Raises TestAnnounced, InvalidFields."""
    await _require_draft(unit, row)
    ids = select(TestSectionRow.id).where(TestSectionRow.test_id == row.id)
    await unit.session.execute(delete(TestSectionItemRow).where(TestSectionItemRow.section_id.in_(ids)))
    await unit.session.execute(delete(TestSectionRow).where(TestSectionRow.test_id == row.id))
    await _write_sections(unit, await class_brief(unit, row.class_id), row, sections)
    row.version += 1
    await unit.session.flush()


async def _require_draft(unit: Unit, row: TestRow) -> Task:
    task = await conditions.find_task(unit, row.id)
    if task.state is not TaskState.DRAFT:
        raise TestAnnounced()
    return task


async def _write_sections(unit: Unit, one: ClassBrief, row: TestRow, sections: Sequence[NewSection]) -> None:
    chosen = [await _chosen(unit, row, section) for section in sections]
    known = await versions(unit, {id_ for ids in chosen for id_ in ids})
    faults = [*_section_faults(one, row, sections, chosen, known)]
    if faults:
        raise InvalidFields(fields=faults)
    for number, (section, ids) in enumerate(zip(sections, chosen, strict=True), 1):
        stored = TestSectionRow(
            created_at=unit.now,
            test_id=row.id,
            number=number,
            titles=dict(section.titles),
            draw=section.draw,
            shuffle_items=section.shuffle_items,
            shuffle_choices=section.shuffle_choices,
        )
        unit.session.add(stored)
        await unit.session.flush()
        unit.session.add_all(
            TestSectionItemRow(created_at=unit.now, section_id=stored.id, number=place, item_version_id=id_)
            for place, id_ in enumerate(ids, 1)
        )
    await unit.session.flush()


async def _chosen(unit: Unit, row: TestRow, section: NewSection) -> list[UUID]:
    ids = list(section.item_version_ids)
    if section.bank_ids:
        found = await draw_candidates(
            unit, bank_ids=section.bank_ids, tags=section.tags, languages=[str(one) for one in row.languages]
        )
        ids += [one.version_id for one in found]
    return list(dict.fromkeys(ids))


def _section_faults(
    one: ClassBrief,
    row: TestRow,
    sections: Sequence[NewSection | TestSectionRow],
    chosen: Sequence[Sequence[UUID]],
    known: Mapping[UUID, ItemVersion],
) -> Iterable[FieldError]:
    seen: set[UUID] = set()
    for index, (section, ids) in enumerate(zip(sections, chosen, strict=True)):
        pointer = f"/sections/{index}"
        for place, id_ in enumerate(ids):
            where = f"{pointer}/item_version_ids/{place}"
            version = known.get(id_)
            if version is None or version.course_id != one.course_id:
                yield FieldError(where, "no-such-item", {})
            elif lacking := sorted(set(row.languages) - set(version.languages)):
                named = {"section": index + 1, "question": version.code}
                yield FieldError(where, "language-missing", {"languages": lacking, **named})
            elif id_ in seen:
                yield FieldError(where, "item-twice", {})
            seen.add(id_)
        if not ids:
            yield FieldError(f"{pointer}/item_version_ids", "too-short", {"smallest": 1})
        elif section.draw is not None and section.draw > len(ids):
            yield FieldError(f"{pointer}/draw", "draw-too-large", {"largest": len(ids)})
        else:
            items = [known[id_] for id_ in ids if id_ in known]
            if not is_fair_draw(_section(index + 1, section, items)):
                unequal = {"section": index + 1, "questions": _unlike_most(items)}
                yield FieldError(f"{pointer}/draw", "draw-of-unequal", unequal)


def _unlike_most(items: Sequence[ItemVersion]) -> list[str]:
    """The questions that are not worth what most of them are, with their points."""
    ((usual, _),) = Counter(item.points for item in items).most_common(1)
    return [f"{item.code} ({item.points.normalize():f})" for item in items if item.points != usual]


_SINCE_THE_DRAFT: Final = {"language-missing": "question-lost-language", "draw-of-unequal": "draw-became-unequal"}
"""What may have happened to the questions since they were chosen, in words that name section and question: whoever
announces a test sends neither."""


def _section(number: int, one: Any, items: Sequence[ItemVersion]) -> Section:
    return Section(
        number,
        tuple(DrawableItem(item.id, item.kind.value, int(item.points * 100)) for item in items),
        one.draw,
        one.shuffle_items,
        one.shuffle_choices,
    )


async def sections_of(unit: Unit, test_id: UUID) -> list[tuple[TestSectionRow, list[UUID]]]:
    """In order, with the items' versions in order."""
    rows = (
        await unit.session.scalars(
            select(TestSectionRow).where(TestSectionRow.test_id == test_id).order_by(TestSectionRow.number)
        )
    ).all()
    table = TestSectionItemRow
    found = await unit.session.execute(
        select(table.section_id, table.item_version_id)
        .where(table.section_id.in_([row.id for row in rows]))
        .order_by(table.section_id, table.number)
    )
    items: dict[UUID, list[UUID]] = {}
    for section_id, version_id in found:
        items.setdefault(section_id, []).append(version_id)
    return [(row, items.get(row.id, [])) for row in rows]


async def announce_test(unit: Unit, row: TestRow, *, by_sitting: bool = False) -> None:
    """Students see it from now on; questions and rules are fixed, the journal has its column, and renditions that were
    promised to students of the class are ordered. An exam is announced by its sitting.

    Raises TestEmpty, SittingNotPlanned, TestAnnounced, ControlInPersonOnly, InvalidFields.
    """
    if row.is_exam and not by_sitting:
        raise SittingNotPlanned()
    task = await _require_draft(unit, row)
    stored = await sections_of(unit, row.id)
    ids = [id_ for _, several in stored for id_ in several]
    if not ids:
        raise TestEmpty()
    await mark_used(unit, ids)  # from here on nobody changes them
    known = await versions(unit, ids)
    taught = await class_brief(unit, row.class_id)
    faults = _section_faults(taught, row, [one for one, _ in stored], [several for _, several in stored], known)
    if fields := [replace(one, code=_SINCE_THE_DRAFT.get(one.code, one.code)) for one in faults]:
        raise InvalidFields(fields=fields)
    if not _may_count(row, task, [known[id_].kind for id_ in ids]):
        raise invalid("/counting", "marked-counts-last")
    if not row.is_self_check and not by_sitting and taught.mode in AT_A_DISTANCE:
        # a sitting says itself where it is held; a test is held as its class is
        await require_control_at_distance(unit, taught)
    sections = [_section(one.number, one, [known[id_] for id_ in several]) for one, several in stored]
    row.blueprint = as_blueprint(sections)
    row.max_points = most_points(sections)
    if not row.is_self_check:
        row.line_item_id = await create_line_item(unit, _line_item(row, task))
    await unit.session.flush()
    await conditions.announce_task(unit, row.id)
    await order_promised(unit, row)


def _may_count(row: TestRow, task: Task, kinds: Iterable[str]) -> bool:
    """Whether the rule of counting holds whatever the order in which persons mark several attempts of everybody."""
    return (
        row.counting == Counting.LAST
        or task.attempts == 1
        or row.is_self_check
        or not any(ItemKind(kind) in NEEDS_PERSON for kind in kinds)
    )


async def on_moved(unit: Unit, event: Event) -> None:
    """What a test may not be announced with it may not be moved to. Raises InvalidFields."""
    row = await unit.session.get(TestRow, event.ids["task"])
    if row is None or row.blueprint is None:
        return
    kinds = [item.kind for section in read_blueprint(row.blueprint) for item in section.items]
    if not _may_count(row, await conditions.find_task(unit, row.id), kinds):
        raise invalid("/attempts", "marked-counts-once")


async def require_control_at_distance(unit: Unit, taught: ClassBrief) -> None:
    """That what counts may be written at a distance in this class: no programme of it declares the course's control in
    person only (clause 5.7). Raises ControlInPersonOnly."""
    if ProgrammePart.CONTROL in await in_person_kinds(unit, taught.course_id, taught.programme_id):
        raise ControlInPersonOnly()


def _line_item(row: TestRow, task: Task) -> NewLineItem:
    wanted = msgspec.convert(row.grading, NewGrading)
    return NewLineItem(
        class_id=row.class_id,
        code=wanted.code,
        titles=task.titles,
        category=wanted.category,
        weight=Decimal(wanted.weight),
        max_points=Decimal(row.max_points or 0) / 100,
        task_id=row.id,
        rubric_version_id=wanted.rubric_version_id,
        is_blind=wanted.is_blind,
        second_marker=wanted.second_marker,
    )


async def order_promised(unit: Unit, row: TestRow) -> None:
    """What somebody of the class was promised is made before it is needed."""
    await _order_formats(unit, row, (await conditions_of_class(unit, row)).values())


async def order_promised_to(unit: Unit, person_id: UUID) -> None:
    """The same for one person, in every test that was announced: a plan, or the person, may have come after that."""
    for class_id in await held_classes(unit, person_id):
        for task in await conditions.tasks_of_class(unit, class_id):
            if task.kind is not TaskKind.TEST or task.state is not TaskState.ANNOUNCED:
                continue
            found = await conditions.effective_conditions(unit, person_id, task)
            await _order_formats(unit, await find_test(unit, task.id), [found])


async def _order_formats(unit: Unit, row: TestRow, everybody: Iterable[Conditions]) -> None:
    """For whom the test is over, nothing is made any more."""
    to_come = [one for one in everybody if one.closes_at.adjusted is None or unit.now < one.closes_at.adjusted]
    formats = {feature for one in to_come for feature in one.formats.adjusted & conditions.RENDITIONS}
    if not formats:
        return
    ids = [item.version_id for section in read_blueprint(row.blueprint or []) for item in section.items]
    for language in row.languages:
        await order_missing(unit, ids, language, sorted(feature.value for feature in formats))


async def order_missing(unit: Unit, version_ids: Iterable[UUID], language: str, formats: Iterable[str]) -> int:
    """Has the renditions made that do not exist yet; gives how many are missing."""
    missing = await missing_renditions(unit, version_ids, language, [RenditionFormat(one) for one in formats])
    wanted = [one for one in missing if one.why is not Missing.NO_LANGUAGE]
    if wanted:
        await order_renditions(unit, wanted)
    return len(missing)


async def conditions_of_class(unit: Unit, row: TestRow) -> Mapping[UUID, Conditions]:
    """Of everybody who has a place in the test's class."""
    persons = [one.person_id for one in await held_places(unit, row.class_id)]
    return await conditions.conditions_of_many(unit, row.id, persons)


async def cancel_test(unit: Unit, row: TestRow, reason: str) -> None:
    """It will not take place. Raises TestInUse, MoveNotAllowed.

    The test is locked first: a start that has come before is waited for and counts, one that comes later waits, and
    finds it cancelled (see `attempts.start`).
    """
    await find_test(unit, row.id, lock=True)
    if await unit.session.scalar(select(func.count()).where(AttemptRow.test_id == row.id)):
        raise TestInUse()
    await conditions.cancel_task(unit, row.id, reason)


async def sitting_of(unit: Unit, test_id: UUID) -> SittingRow | None:
    return await unit.session.scalar(select(SittingRow).where(SittingRow.test_id == test_id))


async def has_ended_for_all(unit: Unit, row: TestRow) -> bool:
    """Whether nobody of the class can still write it: every window is closed, and nobody is writing. Who has unlimited
    time is waited for until the attempts are used up and handed in, or the sitting is closed; at a self-check, where
    nothing is to be gained, until one of them is."""
    table = AttemptRow
    running = select(func.count()).where(table.test_id == row.id, table.submitted_at.is_(None))
    if await unit.session.scalar(running):
        return False
    sitting = await sitting_of(unit, row.id)
    if sitting is not None and sitting.state in (SittingState.CLOSED, SittingState.RESULTS_APPROVED):
        return True
    task = await conditions.find_task(unit, row.id)
    if unit.now < task.closes_at:
        return False
    everybody = await conditions_of_class(unit, row)
    if any(one.closes_at.adjusted is not None and unit.now < one.closes_at.adjusted for one in everybody.values()):
        return False
    waiting = {person: one.attempts.adjusted for person, one in everybody.items() if one.closes_at.adjusted is None}
    begun = await unit.session.execute(
        select(table.person_id, func.count())
        .where(table.test_id == row.id, table.person_id.in_(waiting))
        .group_by(table.person_id)
    )
    used: dict[UUID, int] = dict(begun.all())
    if row.is_self_check:
        return waiting.keys() <= used.keys()
    return all(most is not None and used.get(person, 0) >= most for person, most in waiting.items())
