"""A demonstration university: two institutes, four programmes, the courses of the site, students, staff, a semester
that runs today, and what happens in it: accommodations, tests, works, grades, a transcript. Made through the same
services as everything else, so it keeps every rule that a real university has; its moments are relative to now.
"""

import random
import secrets
from dataclasses import dataclass
from typing import Final

from api.domains.access import seeding as accounts
from api.domains.courses.manifest import PublishedSite, load_manifest
from api.domains.courses.service import course_codes
from api.domains.courses.sync import SyncReport, take_site
from api.domains.people import service as people
from api.domains.people.rules import UnitKind
from api.identity import system_actor
from api.seeding.accommodations import agree_on_plan, propose_plan
from api.seeding.campus import Campus
from api.seeding.examining import hold_module_test, make_banks, open_tests, plan_exam
from api.seeding.results import finish_class, grant_retake, issue_transcript, keep_journal, set_scales
from api.seeding.students import CAST, admit, open_classes
from api.seeding.writing import Files, hand_in_tables, receive_files, write_essays
from api.unit import Context, Unit

__all__ = ["MOST_STUDENTS", "SEED", "NotEmptyUniversity", "Seeded", "seed_university"]

SEED: Final = system_actor("command:seed")
MOST_STUDENTS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Seeded:
    """What to try: logins by role, all with one password. `code` verifies the transcript; None without stories."""

    logins: tuple[tuple[str, str], ...]
    password: str
    students: int
    classes: int
    sync: SyncReport | None
    code: str | None


class NotEmptyUniversity(Exception):
    """There is a university in the database already."""


async def seed_university(context: Context, students: int, *, seed: int = 2026) -> Seeded:
    """Makes it, in one transaction. Raises NotEmptyUniversity, ManifestRefused (a damaged manifest)."""
    password = secrets.token_urlsafe(12)
    hashed = await accounts.hash_password(password)
    site = None
    if context.settings.manifest is not None and context.settings.manifest.is_file():
        site = load_manifest(context.settings.manifest)
    async with context.reading(SEED) as unit:
        await _refuse_present(unit)
    files = await receive_files(context) if students >= CAST else None
    async with context.writing(SEED) as unit:
        unit.asked = True
        await _refuse_present(unit)
        campus = Campus(unit, random.Random(seed))
        report = await _build(campus, site)
        await admit(campus, students)
        await open_classes(campus)
        code = None if files is None else await _tell_stories(campus, files)
        await accounts.open_accounts(unit, {person: login for login, (person, _) in campus.logins.items()}, hashed)
    logins = tuple((login, role) for login, (_, role) in campus.logins.items())
    return Seeded(logins, password, students, len(campus.classes), report, code)


async def _refuse_present(unit: Unit) -> None:
    unit.asked = True
    if await people.units_of_kind(unit, UnitKind.UNIVERSITY):
        raise NotEmptyUniversity


async def _build(campus: Campus, site: PublishedSite | None) -> SyncReport | None:
    await campus.build_units()
    report = await take_site(campus.unit, site) if site is not None else None
    campus.courses = await course_codes(campus.unit)
    await campus.build_courses()
    await campus.build_staff()
    await campus.build_programmes()
    await campus.build_calendar()
    return report


async def _tell_stories(campus: Campus, files: Files) -> str:
    """In the order of their moments; the code that verifies the transcript."""
    await set_scales(campus)
    bank = await make_banks(campus)
    module = await hold_module_test(campus, bank)
    await write_essays(campus, files)
    await agree_on_plan(campus)
    await grant_retake(campus, module)
    await hand_in_tables(campus, files)
    await propose_plan(campus)
    await open_tests(campus, bank)
    await plan_exam(campus, bank)
    await keep_journal(campus)
    return await issue_transcript(campus, await finish_class(campus))
