"""What integrity gives to the composition of the service, and other domains to hear.

Events, told in the transaction: `integrity-case.reported` (ids `case`, `class`; without the person, who is not told
yet); `integrity-case.notified`, `.heard`, `.confirmed`, `.dismissed`, `.sanctioned`, `.appealed`, `.final` (ids `case`,
`task`; the person); `integrity-case.annulled` (ids `case`, `task`, `work`; the person; code `work_kind`), after what it
changes in the journal (`grade.annulled`, or `.amended` where another result stands); `oral-check.scheduled`, `.held`,
`.missed`, `.cancelled` (ids `check`, `task`; the person); `similarity-run.wanted`, `.finished` (ids `run`, `task`,
`class`). None of them is told to a webhook.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from api.domains.assignments.service import decided_by
from api.domains.integrity.cases import open_cases_of
from api.domains.integrity.keeping import decides_about, on_withdrawn
from api.domains.integrity.mails import MAILS
from api.domains.integrity.models import IntegrityCaseRow, OralCheckRow, SimilarityRunRow
from api.domains.integrity.reports import CONSUMERS, compare_job
from api.events import Listener
from api.jobs.port import Job
from api.retention import Effect, RetentionRule, deletes_rows
from api.unit import Context

__all__ = ["CONSUMERS", "LISTENERS", "MAILS", "RETENTION", "jobs", "open_cases_of"]

# So that nobody decides about a work that they cannot read
decided_by(decides_about)

LISTENERS: Final[Mapping[str, Sequence[Listener]]] = {"submission.withdrawn": [on_withdrawn]}


def jobs(context: Context) -> Sequence[Job]:
    return (compare_job(context),)


RETENTION: Final = (
    RetentionRule(
        "similarity-reports", 180, Effect.DELETED, deletes_rows(SimilarityRunRow, SimilarityRunRow.created_at)
    ),
    RetentionRule("integrity-cases", 1826, Effect.DELETED, deletes_rows(IntegrityCaseRow, IntegrityCaseRow.closed_at)),
    RetentionRule("oral-checks", 730, Effect.DELETED, deletes_rows(OralCheckRow, OralCheckRow.closed_at)),
)
"""A report goes with its pairs and marks; what a case needs of it is kept with the case. Half a year, five years after
the end of a case, two years: our choice until the university sets its own."""
