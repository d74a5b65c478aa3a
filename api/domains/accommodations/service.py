"""What other domains may ask of accommodations. Nothing here asks the policy: whoever calls has done so.

Events, told in the transaction, with ids by the names `plan`, `case`, and the student as person:
`accommodation-plan.proposed`, `.returned`, `.agreed`, `.activated`, `.changed` (the last day of the one named has
moved, because another version has taken over or was revoked before its first day; told after `.activated` or `.revoked`
of that version), `.reinstated` (active again by such a revocation), `.revoked`, `.expiring`, `.expired`;
`accommodation-case.opened`, `.closed`; `accommodation-objection.raised`, `.decided`. With somebody else as person:
`accommodation-case.to-do` (the coordinator), `.decision-wanted`, `.without-coordinator`. No webhook is told of them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from api.domains.accommodations.agreed import agreed_for, agreed_for_many, agreed_in_class
from api.domains.accommodations.cases import office_for, on_leaving
from api.domains.accommodations.jobs import SCHEDULES, jobs
from api.domains.accommodations.mails import MAILS
from api.domains.accommodations.retention import RETENTION
from api.domains.accommodations.rules import Agreed, AgreedValue, Feature, OtherForm, TaskKind, applicable
from api.domains.accommodations.wording import Wording, word_accommodation
from api.events import Listener

__all__ = [
    "LISTENERS",
    "MAILS",
    "RETENTION",
    "SCHEDULES",
    "Agreed",
    "AgreedValue",
    "Feature",
    "OtherForm",
    "TaskKind",
    "Wording",
    "agreed_for",
    "agreed_for_many",
    "agreed_in_class",
    "applicable",
    "jobs",
    "office_for",
    "word_accommodation",
]

LISTENERS: Final[Mapping[str, Sequence[Listener]]] = {
    "account.ended": [on_leaving],
    "role.ended": [on_leaving],
}
