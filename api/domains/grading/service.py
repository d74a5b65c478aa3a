"""What other domains may ask of grading, and do. Nothing here asks the policy: whoever calls has done so.

Grades. A task has a line item when its results count (`create_line_item`, once; a self-check gets none). A result that
needs nobody is posted with `post_grade` (the same source and points again change nothing); a later and better attempt
changes it with `amend_grade` and a reason. A work that persons mark is handed over with `open_marking`, and **grading
posts its grade by itself** when the marking is finished: (base points + what the markers gave) less the deduction, for
each of its persons. So nobody posts a grade of a work that was handed over. For blind line items all of them are posted
in the moment of release and not before.

A case takes away what has come of one work (`annul_work`), wherever it went, and nothing else: what a retake or another
attempt gave stays, and of a group nobody else loses anything. The journal remembers it, so that nothing of the work
counts later either.

Events, told in the transaction: `line-item.created`, `line-item.released` (ids `line-item`, `class`); `grade.posted`,
`.amended`, `.retaken`, `.annulled`, `.reinstated`, `.released` (ids `journal-entry`, `line-item`, `class`, the person;
code `source`); `marking.finished` (ids `work`, `line-item`; code `work_kind`), for blind works when they are released;
`class-result.approved` (ids `class-result`, `class`, `course`, `academic-session`; the person; code `number`),
`.outdated` (ids `class-result`, `class`; to each who teaches it or has approved it);
`retake.granted`, `.scheduled`, `.graded` (code `source` for one by hand), `.missed`, `.cancelled` (ids `retake`,
`line-item`, `class`, the person); whoever holds it in a sitting refuses what would lose a result;
`appeal.submitted`, `.in_review`, `.granted`, `.refused`, `.closed` (ids `appeal`, `line-item`, the person).
"""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from api.domains.grading.annulling import AnnulledWork, annul_retake, annul_work, reinstate_retake
from api.domains.grading.grades import (
    GradeSource,
    JournalEntry,
    amend_grade,
    annul_grade,
    authors_of,
    grade_history,
    journal_entry,
    post_grade,
    reinstate_grade,
    replace_annulled,
    retake_grade,
    since_annulment,
)
from api.domains.grading.line_items import (
    LineItem,
    NewLineItem,
    cancel_line_item,
    create_line_item,
    find_row,
    is_blind,
    is_released,
    line_item,
    line_item_of_task,
    line_items_of_class,
    line_items_of_tasks,
)
from api.domains.grading.marking import (
    LATER_DEADLINE,
    OTHER_ATTEMPT,
    SMALLER_PENALTY,
    Marking,
    lessen_deduction,
    marking_of,
    marking_of_work,
    open_marking,
    points_of_work,
    withdraw_marking,
)
from api.domains.grading.release import release
from api.domains.grading.results import ClassResult, class_results, on_grade, outdated_results
from api.domains.grading.retakes import find_retake, grade_retake, regrade_retake, schedule_retake
from api.domains.grading.rules import (
    Category,
    EntryState,
    LineItemState,
    RetakeState,
    SourceKind,
    WorkKind,
    WorkState,
)
from api.domains.grading.sweeping import RETENTION
from api.events import Event, Listener
from api.unit import Unit

__all__ = [
    "LATER_DEADLINE",
    "LISTENERS",
    "OTHER_ATTEMPT",
    "RETENTION",
    "SMALLER_PENALTY",
    "AnnulledWork",
    "Category",
    "ClassResult",
    "EntryState",
    "GradeSource",
    "JournalEntry",
    "LineItem",
    "LineItemState",
    "Marking",
    "NewLineItem",
    "RetakeState",
    "SourceKind",
    "WorkKind",
    "WorkState",
    "amend_grade",
    "annul_grade",
    "annul_retake",
    "annul_work",
    "authors_of",
    "class_results",
    "create_line_item",
    "find_retake",
    "grade_history",
    "grade_retake",
    "is_blind",
    "is_released",
    "journal_entry",
    "lessen_deduction",
    "line_item",
    "line_item_of_task",
    "line_items_of_class",
    "line_items_of_tasks",
    "marking_of",
    "marking_of_work",
    "open_marking",
    "outdated_results",
    "points_of_work",
    "post_grade",
    "regrade_retake",
    "reinstate_grade",
    "reinstate_retake",
    "release_line_item",
    "replace_annulled",
    "retake_grade",
    "schedule_retake",
    "since_annulment",
    "withdraw_marking",
]


async def release_line_item(unit: Unit, line_item_id: UUID) -> None:
    """Opens the grades to their students, e.g. when the results of a sitting are approved. Raises NotFound,
    MoveNotAllowed, MarkingUnfinished."""
    await release(unit, await find_row(unit, line_item_id, lock=True))


async def _on_task_cancelled(unit: Unit, event: Event) -> None:
    """What is not held does not count. Results that are approved stay as they are, and the line item with them."""
    one = await line_item_of_task(unit, event.ids["task"])
    if one is None or one.state is LineItemState.CANCELLED:
        return
    row = await find_row(unit, one.id, lock=True)
    await cancel_line_item(unit, row)


LISTENERS: Final[Mapping[str, Sequence[Listener]]] = {
    "grade.amended": [on_grade],
    "grade.annulled": [on_grade],
    "grade.posted": [on_grade],
    "grade.reinstated": [on_grade],
    "grade.retaken": [on_grade],
    "task.cancelled": [_on_task_cancelled],
}
