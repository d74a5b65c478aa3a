"""Persons, units, roles. Other domains call these functions; they never touch the tables."""

from api.domains.people.chunks import chunks
from api.domains.people.leaving import RETENTION, has_left
from api.domains.people.letters import Recipient, recipient_of
from api.domains.people.persons import (
    Contact,
    Identity,
    NewPerson,
    contact_of,
    correct_person,
    create_person,
    create_persons,
    full_names,
    identity_of,
    may_change_emails,
    person_exists,
    persons_by_source,
)
from api.domains.people.places import place_of_person, place_of_student, visible_persons, visible_students
from api.domains.people.roles import (
    end_role,
    end_roles_from,
    grant_role,
    grant_roles,
    holders_above,
    holders_of,
    roles_of,
)
from api.domains.people.units import create_unit, unit_kind, unit_names, unit_titles, units_above, units_of_kind

__all__ = [
    "RETENTION",
    "Contact",
    "Identity",
    "NewPerson",
    "Recipient",
    "chunks",
    "contact_of",
    "correct_person",
    "create_person",
    "create_persons",
    "create_unit",
    "end_role",
    "end_roles_from",
    "full_names",
    "grant_role",
    "grant_roles",
    "has_left",
    "holders_above",
    "holders_of",
    "identity_of",
    "may_change_emails",
    "person_exists",
    "persons_by_source",
    "place_of_person",
    "place_of_student",
    "recipient_of",
    "roles_of",
    "unit_kind",
    "unit_names",
    "unit_titles",
    "units_above",
    "units_of_kind",
    "visible_persons",
    "visible_students",
]
