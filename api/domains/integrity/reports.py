"""Similarity reports: asked for by an instructor, made by a durable job, read as evidence.

A report keeps places, not texts: the words are read from the works when somebody looks. It names works, never persons,
so that it may be read while marking is blind.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Final
from uuid import UUID

from sqlalchemy import insert

from api.domains.assignments import service as assignments
from api.domains.assignments.service import Begin, WorkText
from api.domains.conditions import service as conditions
from api.domains.integrity.cases import Evidence, Passage
from api.domains.integrity.errors import ReportOutdated
from api.domains.integrity.models import SimilarityMarkRow, SimilarityPairRow, SimilarityRunRow
from api.domains.integrity.rules import RunState
from api.domains.integrity.similarity import Findings, Match, find_common_passages, read_text
from api.domains.integrity.works import words_of_task
from api.errors import NotFound
from api.events import Event, OutboxRow
from api.identity import system_actor
from api.ids import new_id
from api.jobs.consuming import Consumer
from api.jobs.port import GiveUp, Job, JobRun, NewJob
from api.unit import Context, Unit

COMPARE_JOB: Final = "integrity.compare"
WANTED: Final = "similarity-run.wanted"
FINISHED: Final = "similarity-run.finished"
MOST_PAIRS: Final = 1_000
"""Of one report, those with most in common. Our choice: nobody reads more; `pairs` says how many there were."""
MOST_PASSAGES: Final = 500
"""Of one pair."""
ROWS_AT_ONCE: Final = 500
_ALSO: Final = "also-"


async def want_run(
    unit: Unit, assignment_id: UUID, common: Sequence[str], also_with: Sequence[UUID] = ()
) -> SimilarityRunRow:
    """A report that will be made. `also_with`: assignments with whose works these are compared too, but those not with
    each other. Raises NotFound."""
    task = await conditions.find_task(unit, assignment_id)
    for one in (assignment_id, *also_with):
        await words_of_task(unit, one)  # a test has no texts to compare: not found
    row = SimilarityRunRow(
        created_at=unit.now,
        assignment_id=assignment_id,
        class_id=task.class_id,
        state=RunState.WAITING.value,
        requested_by=unit.actor.person,
        common=list(common),
        unread=[],
    )
    unit.session.add(row)
    await unit.session.flush()
    unit.record("similarity-run.want", "similarity-run", row.id, also_with=str(len(also_with)))
    ids = {"run": row.id, "task": assignment_id, "class": task.class_id}
    ids |= {f"{_ALSO}{number}": one for number, one in enumerate(also_with)}
    await unit.emit(Event(WANTED, ids))
    return row


async def find_run(unit: Unit, run_id: UUID) -> SimilarityRunRow:
    """Raises NotFound."""
    row = await unit.session.get(SimilarityRunRow, run_id)
    if row is None:
        raise NotFound()
    return row


async def find_pair(unit: Unit, pair_id: UUID) -> tuple[SimilarityPairRow, SimilarityRunRow]:
    """Raises NotFound."""
    row = await unit.session.get(SimilarityPairRow, pair_id)
    if row is None:
        raise NotFound()
    return row, await find_run(unit, row.run_id)


def compare_job(context: Context) -> Job:
    """Makes a report; done again, it changes nothing."""
    actor = system_actor("job:similarity")

    async def run(this: JobRun) -> None:
        run_id = UUID(this.payload["run"])
        async with context.reading(actor) as unit:
            row = await unit.session.get(SimilarityRunRow, run_id)
            if row is None:
                raise GiveUp("run-gone")
            if row.state != RunState.WAITING:
                return
            tasks = [row.assignment_id, *map(UUID, this.payload.get("also", "").split())]
            common = list(row.common)
            ids = []
            for task_id in tasks:
                common += await words_of_task(unit, task_id)
                ids.append(await assignments.handed_in(unit, task_id))
        classes: list[list[WorkText]] = []
        for of_one in ids:
            classes.append([])
            for work_id in of_one:
                with suppress(NotFound):  # deleted in the meantime
                    classes[-1].append(await assignments.text_of_work(partial(context.reading, actor), work_id))
        texts, *earlier = ([one.text for one in several] for several in classes)
        findings = await asyncio.to_thread(find_common_passages, texts, common, earlier)
        async with context.writing(actor) as unit:
            await store_findings(unit, run_id, [*chain.from_iterable(classes)], findings)

    return Job(COMPARE_JOB, run)


async def store_findings(unit: Unit, run_id: UUID, works: Sequence[WorkText], findings: Findings) -> None:
    row = await unit.session.get(SimilarityRunRow, run_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != RunState.WAITING:
        return
    row.state, row.finished_at = RunState.DONE.value, unit.now
    row.texts, row.cut, row.pairs = len(works), len(findings.cut), len(findings.matches)
    row.unread = [[str(work.submission_id), number, reason] for work in works for number, reason in work.unread]
    await unit.session.flush()
    pairs = [
        {
            "id": new_id(),
            "created_at": unit.now,
            "run_id": run_id,
            "place": place,
            "first_work_id": works[match.first].submission_id,
            "second_work_id": works[match.second].submission_id,
            "shared_words": match.shared_words,
            "first_shared": match.first_words,
            "second_shared": match.second_words,
            "first_words": findings.word_counts[match.first],
            "second_words": findings.word_counts[match.second],
            "passages": _longest(match),
        }
        for place, match in enumerate(findings.matches[:MOST_PAIRS], 1)
    ]
    marks = [
        {
            "id": new_id(),
            "created_at": unit.now,
            "run_id": run_id,
            "work_id": works[mark.text].submission_id,
            "mixed_words": mark.mixed_words,
            "invisible_signs": mark.invisible_signs,
            "places": [list(place) for place in mark.places],
        }
        for mark in findings.marks
    ]
    for table, rows in ((SimilarityPairRow, pairs), (SimilarityMarkRow, marks)):
        for start in range(0, len(rows), ROWS_AT_ONCE):
            await unit.session.execute(insert(table), rows[start : start + ROWS_AT_ONCE])
    unit.record("similarity-run.finish", "similarity-run", run_id, texts=str(row.texts), pairs=str(row.pairs))
    await unit.emit(Event(FINISHED, {"run": run_id, "task": row.assignment_id, "class": row.class_id}))


def _longest(match: Match) -> list[list[int]]:
    kept = sorted(match.passages, key=lambda one: -one[4])[:MOST_PASSAGES]
    return [list(one) for one in sorted(kept, key=lambda one: (one[2], one[0]))]


@dataclass(frozen=True, slots=True)
class Shared:
    """A passage as it stands in both works of a pair, with its places (characters)."""

    words: int
    first: tuple[int, int]
    first_text: str
    second: tuple[int, int]
    second_text: str


async def shared_passages(begin: Begin, pair: SimilarityPairRow) -> list[Shared]:
    """In the order of the second work, read from the works now. Takes long for works that are files: not for within a
    unit of work. Raises ReportOutdated: a passage shows the same words on both sides, or none is shown."""
    first = (await assignments.text_of_work(begin, pair.first_work_id)).text
    second = (await assignments.text_of_work(begin, pair.second_work_id)).text
    found = [
        Shared(words, (start, end), first[start:end], (other_start, other_end), second[other_start:other_end])
        for start, end, other_start, other_end, words in pair.passages
    ]
    if any(read_text(one.first_text).words != read_text(one.second_text).words for one in found):
        raise ReportOutdated()
    return found


async def evidence_for(begin: Begin, pair: SimilarityPairRow, work_id: UUID) -> Evidence:
    """The pair seen from one of its works, as `shared_passages`. Raises NotFound for a work that is not of the pair."""
    if work_id not in {pair.first_work_id, pair.second_work_id}:
        raise NotFound()
    shared = await shared_passages(begin, pair)
    if work_id == pair.first_work_id:
        passages = [Passage(*one.first, one.words, one.first_text, one.second_text) for one in shared]
        own, other = (pair.first_shared, pair.first_words), (pair.second_shared, pair.second_words)
        other_id = pair.second_work_id
    else:
        passages = [Passage(*one.second, one.words, one.second_text, one.first_text) for one in shared]
        own, other = (pair.second_shared, pair.second_words), (pair.first_shared, pair.first_words)
        other_id = pair.first_work_id
    return Evidence(other_id, *own, *other, tuple(sorted(passages, key=lambda one: one.start)))


async def _ask_for_job(_: Context, event: OutboxRow) -> Sequence[NewJob]:
    also = [one for name, one in sorted(event.ids.items()) if name.startswith(_ALSO)]
    return (
        NewJob(COMPARE_JOB, event.ids["run"], {"run": event.ids["run"]} | ({"also": " ".join(also)} if also else {})),
    )


CONSUMERS: Final[dict[str, Sequence[Consumer]]] = {WANTED: (_ask_for_job,)}
