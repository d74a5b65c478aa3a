"""Carrying a roster out: in one transaction, everything or nothing, with an outcome for every row.

The same archive again changes nothing, and neither does another order of its lines: rows are carried out in the
order of their source ids, enrolments by their first day and then their source id, because that decides who gets
the last place.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import insert, select

from api.domains.courses import service as courses
from api.domains.enrolment import service as enrolment
from api.domains.people import imports
from api.domains.people import service as people
from api.domains.people.rules import Name, UnitKind
from api.domains.programmes import service as programmes
from api.domains.rostering.archive import COLUMNS, Archive, Faults, Row, RowFault, read_archive
from api.domains.rostering.errors import RosterRefused
from api.domains.rostering.models import RosterImportRow, RosterOrgRow, RosterRowRow
from api.domains.rostering.outcome import Outcome
from api.domains.rostering.rules import (
    DEFAULT_CAPACITY,
    STUDYING,
    TEACHING,
    Enrollment,
    Read,
    Roster,
    find_missing,
    parents_first,
    read_roster,
)
from api.domains.teaching import service as teaching
from api.domains.teaching.errors import AlreadyAssigned
from api.domains.teaching.rules import Mode, SessionKind
from api.errors import FieldError, Problem, ProblemName
from api.events import Event
from api.unit import Unit

WITHDRAWN_BY_ROSTER = "oneroster: tobedeleted"
"""The reason that stands in the history of an enrolment which a roster ends."""
NAME_TAGS = {"ky": "ky-Cyrl", "ru": "ru-Cyrl", "en": "und-Latn"}
"""The script of names in a roster, by the language that whoever imports says."""


@dataclass
class Report:
    """What became of the rows. `unread` are files of the archive that are not used."""

    digest: str
    size: int
    unread: tuple[str, ...]
    rows: list[tuple[Row, Outcome]] = field(default_factory=list)
    id: UUID | None = None

    def note(self, row: Row, outcome: Outcome) -> None:
        self.rows.append((row, outcome))

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """File -> outcome -> how many."""
        counted = Counter((row.file, outcome.value) for row, outcome in self.rows)
        return {
            file: {outcome.value: counted[file, outcome.value] for outcome in Outcome if counted[file, outcome.value]}
            for file in COLUMNS
            if any(row_file == file for row_file, _ in counted)
        }


@dataclass(frozen=True, slots=True)
class Parsed:
    """An archive that was read, before anything is stored."""

    digest: str
    size: int
    archive: Archive
    roster: Roster


def parse(data: bytes, language: str) -> Parsed:
    """Reads an archive; needs no database. Raises RosterRefused with everything that is wrong with its form."""
    archive, faults = read_archive(data)
    roster = read_roster(archive, language, faults)
    _refuse(faults)
    return Parsed(hashlib.sha256(data).hexdigest(), len(data), archive, roster)


async def carry_out(unit: Unit, parsed: Parsed, language: str) -> Report:
    """Stores a roster. Raises RosterRefused, and then the transaction has to end: part of it may be written."""
    importing = _Importing(unit, parsed, language)
    await importing.resolve()
    for step in (
        importing.store_orgs,
        importing.store_sessions,
        importing.store_courses,
        importing.store_classes,
        importing.store_users,
        importing.store_roles,
        importing.store_enrollments,
    ):
        await step()
        _refuse(importing.faults)
    await _store_report(unit, importing.report)
    return importing.report


async def _store_report(unit: Unit, report: Report) -> None:
    stored = RosterImportRow(
        created_at=unit.now, account=unit.actor.account, digest=report.digest, size=report.size, counts=report.counts
    )
    unit.session.add(stored)
    await unit.session.flush()
    report.id = stored.id
    values = [
        {
            "import_id": stored.id,
            "file": row.file,
            "line": row.line,
            "source_id": row.source_id,
            "outcome": outcome.value,
        }
        for row, outcome in report.rows
    ]
    if values:
        await unit.session.execute(insert(RosterRowRow), values)
    unit.record("roster.import", "roster-import", stored.id, digest=report.digest)
    if any(outcome not in (Outcome.UNCHANGED, Outcome.NOT_USED) for _, outcome in report.rows):
        await unit.emit(Event("roster.imported", {"roster_import": stored.id}))


def _refuse(faults: Faults) -> None:
    if faults.count:
        raise RosterRefused(faults=faults.count, fields=[_field_error(one) for one in faults.found])


def _field_error(fault: RowFault) -> FieldError:
    pointer = "/".join(part for part in ("", fault.file, str(fault.line or ""), fault.column) if part)
    values = {name: ProblemName(value) if name == "problem" else value for name, value in fault.values.items()}
    return FieldError(f"/{pointer}", f"roster-{fault.code}", values)


class _Importing:
    """One roster on its way into the database; every step maps source ids to our ids for the next ones."""

    def __init__(self, unit: Unit, parsed: Parsed, language: str) -> None:
        self.unit = unit
        self.roster = parsed.roster
        self.language = language
        self.faults = Faults()
        self.report = Report(parsed.digest, parsed.size, parsed.archive.unread)
        self.units: dict[str, UUID] = {}
        self.sessions: dict[str, UUID] = {}
        self.courses: dict[str, UUID] = {}
        self.classes: dict[str, UUID] = {}
        self.users: dict[str, UUID] = {}

    async def resolve(self) -> None:
        """What of all this the university knows already, and whether every reference leads somewhere."""
        unit, roster = self.unit, self.roster
        rows = await unit.session.execute(select(RosterOrgRow.source_id, RosterOrgRow.unit_id))
        self.units = {source_id: unit_id for source_id, unit_id in rows}  # noqa: C416  (a Row is no pair for the checker)
        referred = {one.session for one in roster.classes} | {one.parent for one in roster.sessions}
        wanted = referred | {one.row.source_id for one in roster.sessions}
        self.sessions = await teaching.sessions_by_source(unit, sorted(wanted - {""}))
        wanted = {one.class_ for one in roster.enrollments} | {one.row.source_id for one in roster.classes}
        self.classes = await teaching.classes_by_source(unit, sorted(wanted))
        wanted = {one.user for one in roster.enrollments} | {one.user for one in roster.roles}
        wanted |= {one.row.source_id for one in roster.users}
        self.users = await people.persons_by_source(unit, sorted(wanted))
        orgs = frozenset(one.row.source_id for one in roster.orgs)
        users = frozenset(one.row.source_id for one in roster.users)
        sessions = frozenset(one.row.source_id for one in roster.sessions)
        find_missing([(one.row, "parentSourcedId", one.parent) for one in roster.orgs], orgs, self.units, self.faults)
        find_missing([(one.row, "orgSourcedId", one.org) for one in roster.courses], orgs, self.units, self.faults)
        find_missing([(one.row, "orgSourcedId", one.org) for one in roster.roles], orgs, self.units, self.faults)
        find_missing([(one.row, "schoolSourcedId", one.org) for one in roster.classes], orgs, self.units, self.faults)
        find_missing(
            [(one.row, "parentSourcedId", one.parent) for one in roster.sessions], sessions, self.sessions, self.faults
        )
        find_missing(
            [(one.row, "termSourcedIds", one.session) for one in roster.classes], sessions, self.sessions, self.faults
        )
        find_missing(
            [(one.row, "courseSourcedId", one.course) for one in roster.classes],
            frozenset(one.row.source_id for one in roster.courses),
            {},
            self.faults,
        )
        find_missing([(one.row, "userSourcedId", one.user) for one in roster.roles], users, self.users, self.faults)
        find_missing(
            [(one.row, "userSourcedId", one.user) for one in roster.enrollments], users, self.users, self.faults
        )
        find_missing(
            [(one.row, "classSourcedId", one.class_) for one in roster.enrollments],
            frozenset(one.row.source_id for one in roster.classes),
            self.classes,
            self.faults,
        )
        _refuse(self.faults)

    async def store_orgs(self) -> None:
        """Units by code; new ones below their parent, or below the university. An org never closes a unit."""
        by_code = {one.code: one.id for one in await people.unit_names(self.unit)}
        root = next(iter(await people.units_of_kind(self.unit, UnitKind.UNIVERSITY)), None)
        for org in parents_first(self.roster.orgs, lambda one: one.parent):
            if org.row.is_deleted:
                self.report.note(org.row, Outcome.NOT_USED)
                continue
            known = self.units.get(org.row.source_id) or by_code.get(org.code)
            outcome = Outcome.UNCHANGED
            if known is None:
                parent = self.units.get(org.parent) or root
                if parent is None:
                    self.faults.add_row(org.row, "parentSourcedId", "no-university")
                    continue
                try:
                    stored = await people.create_unit(
                        self.unit, org.code, UnitKind(org.kind), parent, {self.language: org.title}
                    )
                except Problem as problem:
                    self.faults.add_row(org.row, "", "refused", problem=problem.slug)
                    continue
                known, outcome = stored.id, Outcome.CREATED
            if org.row.source_id not in self.units:
                self.unit.session.add(
                    RosterOrgRow(created_at=self.unit.now, source_id=org.row.source_id, unit_id=known)
                )
                self.units[org.row.source_id] = known
            self.report.note(org.row, outcome)
        await self.unit.session.flush()

    async def store_sessions(self) -> None:
        kept = self._without_deleted(self.roster.sessions, self.report)
        ordered = parents_first(kept, lambda one: one.parent)
        new = [
            teaching.NewSession(
                code=one.row.source_id,
                kind=SessionKind(one.kind),
                parent=self.sessions.get(one.parent) or one.parent or None,
                titles={self.language: one.title},
                starts_on=one.starts_on,
                ends_on=one.ends_on,
                source_id=one.row.source_id,
            )
            for one in ordered
        ]
        saved = await teaching.save_sessions(self.unit, new)
        self._note_saved([one.row for one in ordered], saved, self.sessions)

    async def store_courses(self) -> None:
        """By code: the site's courses are known by it; one that the site lacks is added without a package."""
        by_code = await courses.course_codes(self.unit)
        for one in self._without_deleted(self.roster.courses, self.report):
            known = by_code.get(one.code)
            if known is None:
                known = await courses.add_course(
                    self.unit, one.code, {self.language: one.title}, self.units.get(one.org)
                )
                by_code[one.code] = known
                self.report.note(one.row, Outcome.CREATED)
            else:
                self.report.note(one.row, Outcome.UNCHANGED)
            self.courses[one.row.source_id] = known

    async def store_classes(self) -> None:
        kept = self._without_deleted(self.roster.classes, self.report)
        students = Counter(one.class_ for one in self.roster.enrollments if one.role in STUDYING)
        new = [
            teaching.NewClass(
                code=one.code,
                course_id=self.courses[one.course],
                academic_session_id=self.sessions[one.session],
                unit_id=self.units[one.org],
                language=one.language,
                capacity=one.capacity or max(DEFAULT_CAPACITY, students[one.row.source_id]),
                mode=Mode(one.mode),
                source_id=one.row.source_id,
            )
            for one in kept
        ]
        try:
            saved = await teaching.save_classes(self.unit, new)
        except Problem as problem:
            self.faults.add("classes.csv", 0, "", "refused", problem=problem.slug)
            return
        self._note_saved([one.row for one in kept], saved, self.classes)

    async def store_users(self) -> None:
        """Persons by source id, then the admission of those who study in a programme."""
        kept = self._without_deleted(self.roster.users, self.report)
        new = [
            people.NewPerson(
                name=Name(NAME_TAGS[self.language], one.family_name, one.given_name, one.patronymic or None),
                email=one.email or None,
                language=self.language,
                source_id=one.row.source_id,
            )
            for one in kept
        ]
        saved = await imports.save_persons(self.unit, new)
        outcomes = []
        for one, id_, outcome in zip(kept, saved.ids, saved.outcomes, strict=True):
            self.users[one.row.source_id] = id_
            outcomes.append(Outcome(outcome))
        known = await programmes.programmes_by_code(self.unit)
        admitted = []
        for place, one in enumerate(kept):
            if not one.programme:
                continue
            programme = known.get(one.programme)
            if programme is None:
                self.faults.add_row(one.row, "metadata.programmeCode", "unknown-reference", value=one.programme)
            else:
                row = enrolment.Admission(saved.ids[place], programme.id, one.intake_year)
                admitted.append((place, row))
        results = await enrolment.admit_many(
            self.unit, [row for _, row in admitted], order_number=self.report.digest[:12], order_date=self.unit.today
        )
        for (place, _), result in zip(admitted, results, strict=True):
            if result.problem is not None:
                self.faults.add_row(kept[place].row, "metadata.programmeCode", "refused", problem=result.problem)
            elif result.is_new and outcomes[place] is Outcome.UNCHANGED:
                outcomes[place] = Outcome.CHANGED
        for one, became in zip(kept, outcomes, strict=True):
            self.report.note(one.row, became)

    async def store_roles(self) -> None:
        """Not used: who teaches is said for each class by enrollments, and a file gives nobody rights over others."""
        for one in self.roster.roles:
            self.report.note(one.row, Outcome.NOT_USED)

    async def store_enrollments(self) -> None:
        ordered = sorted(self.roster.enrollments, key=lambda one: (one.starts_on or date.min, one.row.source_id))
        learning = []
        for one in ordered:
            if one.role in STUDYING and not one.row.is_deleted:
                learning.append(one)
            elif one.role in STUDYING:
                await self._withdraw(one)
            elif one.role in TEACHING:
                await self._assign(one)
            else:
                self.report.note(one.row, Outcome.NOT_USED)
        rows = [enrolment.Enrolling(self.users[one.user], self.classes[one.class_]) for one in learning]
        for one, result in zip(learning, await enrolment.enrol_many(self.unit, rows), strict=True):
            if result.problem is not None:
                self.faults.add_row(one.row, "", "refused", problem=result.problem)
            elif not result.is_new:
                self.report.note(one.row, Outcome.UNCHANGED)
            else:
                self.report.note(one.row, Outcome.WAITING if result.state == "waiting" else Outcome.CREATED)

    async def _withdraw(self, one: Enrollment) -> None:
        person = self.users[one.user]
        live = await enrolment.live_enrolments(self.unit, self.classes[one.class_])
        ended = [found.id for found in live if found.person_id == person]
        for id_ in ended:
            await enrolment.withdraw(self.unit, id_, WITHDRAWN_BY_ROSTER, decided_elsewhere=True)
        self.report.note(one.row, Outcome.ENDED if ended else Outcome.UNCHANGED)

    async def _assign(self, one: Enrollment) -> None:
        if one.row.is_deleted:
            self.report.note(one.row, Outcome.NOT_USED)
            return
        person, class_id = self.users[one.user], self.classes[one.class_]
        starts_on = one.starts_on or self.unit.today
        try:
            await teaching.assign_instructor(self.unit, class_id, person, starts_on, one.ends_on)
        except AlreadyAssigned:
            self.report.note(one.row, Outcome.UNCHANGED)
            return
        except Problem as problem:
            self.faults.add_row(one.row, "", "refused", problem=problem.slug)
            return
        self.report.note(one.row, Outcome.CREATED)

    def _note_saved(self, rows: Sequence[Row], saved: teaching.Saved, ids: dict[str, UUID]) -> None:
        for refusal in saved.refusals:
            self.faults.add_row(rows[refusal.index], "", "refused-field", field=refusal.field, reason=refusal.code)
        if saved.refusals:
            return
        for row, id_, outcome in zip(rows, saved.ids, saved.outcomes, strict=True):
            ids[row.source_id] = id_
            self.report.note(row, Outcome(outcome))

    def _without_deleted(self, items: Sequence[Read], report: Report) -> list[Read]:
        """A roster ends enrolments and roles; units, sessions, classes and persons are ended by hand, with reasons."""
        for one in items:
            if one.row.is_deleted:
                report.note(one.row, Outcome.NOT_USED)
        return [one for one in items if not one.row.is_deleted]
