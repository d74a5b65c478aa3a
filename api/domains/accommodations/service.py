"""What other domains may ask of accommodations. Nothing here asks the policy: whoever calls has done so.

Events, told in the transaction, with ids by the names `plan`, `case`, and the student as person:
`accommodation-plan.activated`; `accommodation-plan.changed` (another version takes over: the last day of the one named
has moved); `accommodation-plan.revoked`; `accommodation-plan.expired`. They are told to no webhook.
"""

from api.domains.accommodations.agreed import agreed_for, agreed_for_many, agreed_in_class
from api.domains.accommodations.rules import Agreed, AgreedValue, Feature, OtherForm, TaskKind, applicable

__all__ = [
    "Agreed",
    "AgreedValue",
    "Feature",
    "OtherForm",
    "TaskKind",
    "agreed_for",
    "agreed_for_many",
    "agreed_in_class",
    "applicable",
]
