"""What the commands do, each a coroutine over a context: `create_admin` for `jetki api create-admin`, and so on."""

import argparse
import getpass
import os
import secrets
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from api.app import all_retention, create_context
from api.commands.main import DONE, PASSWORD_VARIABLE, PROBLEMS, Refused, Talk
from api.db.backup import NotEmpty, UnusableBackup, check_backup, restore_backup, write_backup
from api.db.migrate import HEAD, NewerDatabase, current_revision, downgrade, newest_revision, upgrade
from api.domains.access.service import create_administrator
from api.domains.audit.rules import Break
from api.domains.audit.service import find_broken_links
from api.domains.courses.manifest import ManifestRefused
from api.domains.courses.sync import refusal_lines, sync_manifest
from api.domains.files.upkeep import check_files, seal_files_again
from api.domains.privacy.service import apply_retention, count_sealed
from api.domains.privacy.service import rotate_keys as rotate
from api.errors import Problem, problem_body
from api.jobs.memory import forget, jobs_database
from api.keys import KeyRing
from api.seeding import MOST_STUDENTS, NotEmptyUniversity, seed_university
from api.settings import Settings
from api.unit import Context
from builder.model.manifest import MANIFEST_PATH

MOST_LINES: Final = 20
"""Of complaints about one thing."""
Command = Callable[[Context], Awaitable[int]]


async def with_context(settings: Settings, keys: KeyRing, command: Command) -> int:
    """Runs a command over the university's database and closes it again."""
    settings.data.mkdir(parents=True, exist_ok=True)
    context = create_context(settings, keys)
    try:
        return await command(context)
    finally:
        await context.database.dispose()


async def migrate(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    """Brings the tables up to this version, or back to an older revision."""
    wanted = chosen.to
    try:
        known = await current_revision(context.database)
        down = wanted == "base" or (known is not None and wanted != HEAD and wanted < known)
        before, after = await (downgrade if down else upgrade)(context.database, wanted)
    except NewerDatabase as newer:
        raise Refused(talk.words("newer-database", revision=newer.revision)) from None
    talk.say("migrated" if before != after else "migrated-nothing", before=before or "-", after=after or "-")
    return DONE


async def prepare(context: Context, talk: Talk) -> None:
    """Every command that works with tables makes them first. Raises Refused for the database of a newer version."""
    try:
        await upgrade(context.database)
    except NewerDatabase as newer:
        raise Refused(talk.words("newer-database", revision=newer.revision)) from None


async def create_admin(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    """Makes an administrator. The password is asked for, read from a variable, or made and shown once."""
    await prepare(context, talk)
    given = os.environ.get(PASSWORD_VARIABLE, "")
    if not given and sys.stdin.isatty():
        given = getpass.getpass(talk.words("ask-password") + " ")
    password = given or secrets.token_urlsafe(18)
    try:
        await create_administrator(context, chosen.login, password, chosen.given_name, chosen.family_name)
    except Problem as problem:
        body = problem_body(problem, talk.language)
        details = [body["detail"], *(f"{one['pointer']}: {one['message']}" for one in body.get("errors", []))]
        raise Refused("\n".join(details), PROBLEMS) from None
    talk.say("administrator-made", login=chosen.login)
    if not given:
        talk.say("password-made", password=password)
    return DONE


async def backup(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    if await current_revision(context.database) != newest_revision():
        raise Refused(talk.words("migrate-first"))
    counted = await write_backup(context.database, chosen.file, context.clock.now(), context.settings.data)
    check_backup(chosen.file)
    talk.say("backed-up", file=chosen.file, rows=counted.rows, tables=counted.tables, files=counted.files)
    if counted.lost:
        talk.complain("backup-lost", count=len(counted.lost))
        return PROBLEMS
    return DONE


async def restore(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    try:
        counted = await restore_backup(context.database, chosen.file, context.settings.data, replace=chosen.replace)
    except UnusableBackup as bad:
        raise Refused(talk.words(f"backup-{bad.reason}", file=chosen.file, found=bad.found), PROBLEMS) from None
    except NotEmpty:
        raise Refused(talk.words("not-empty"), PROBLEMS) from None
    # Jobs belong to the database that was; what follows from events is derived from the restored one again
    forget(jobs_database(context.settings.database_url, context.settings.data))
    talk.say("restored", file=chosen.file, rows=counted.rows, tables=counted.tables, files=counted.files)
    return DONE


async def check(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    """Verifies what can be verified without anybody's word: tables, audit chain, sealed fields, stored files."""
    revision = await current_revision(context.database)
    if revision != newest_revision():
        talk.complain("check-tables", found=revision or "-", expected=newest_revision() or "-")
        return PROBLEMS
    faults = 0
    async with context.database.reading() as session:
        async for link in find_broken_links(session, context.keys):
            faults += 1
            if faults <= MOST_LINES:
                if link.kind is Break.UNKNOWN_KEY:
                    talk.complain("check-key")
                else:
                    talk.complain("check-audit", number=link.number, kind=link.kind)
    sealed = await count_sealed(context)
    if sealed.unreadable:
        talk.complain("check-sealed", count=sealed.unreadable)
    stored = await check_files(context)
    for one in stored.damaged[:MOST_LINES]:
        talk.complain("check-file", file=one.id, address=one.address, kind=one.reason)
    if len(stored.damaged) > MOST_LINES:
        talk.complain("check-files", count=len(stored.damaged))
    if faults or sealed.unreadable or stored.damaged:
        return PROBLEMS
    talk.say("checked", sealed=sealed.current + sealed.older, older=sealed.older, files=stored.whole)
    return DONE


async def sync(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    """Takes courses and resources from the manifest of a built site."""
    await prepare(context, talk)
    path = Path(chosen.manifest or context.settings.manifest or MANIFEST_PATH)
    try:
        report = await sync_manifest(context, path)
    except ManifestRefused as refused:
        raise Refused("\n".join(refusal_lines(refused, talk.language)), PROBLEMS) from None
    print("\n".join(report.lines(talk.language)), flush=True)
    return DONE


async def seed(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    """Makes a demonstration university in an empty database."""
    if context.settings.is_production:
        raise Refused(talk.words("seed-production"))
    if not 0 <= chosen.students <= MOST_STUDENTS:
        raise Refused(talk.words("seed-students", largest=MOST_STUDENTS))
    await prepare(context, talk)
    try:
        seeded = await seed_university(context, chosen.students)
    except NotEmptyUniversity:
        talk.say("seed-present")
        return DONE
    except ManifestRefused as refused:
        raise Refused("\n".join(refusal_lines(refused, talk.language)), PROBLEMS) from None
    if seeded.sync is None:
        talk.say("seed-no-site", path=context.settings.manifest)
    else:
        print("\n".join(seeded.sync.lines(talk.language)), flush=True)
    talk.say("seeded", students=seeded.students, classes=seeded.classes)
    for login, role in seeded.logins:
        talk.say("seed-login", login=login, role=role)
    talk.say("password-made", password=seeded.password)
    if seeded.code is not None:
        talk.say("seed-try", code=seeded.code)
    return DONE


async def rotate_keys(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    """Seals everything with the current key."""
    await prepare(context, talk)
    fields, files = await rotate(context), await seal_files_again(context)
    talk.say("keys-rotated", count=fields, files=files.sealed)
    if files.damaged:
        talk.complain("rotate-files", count=len(files.damaged))
        return PROBLEMS
    return DONE


async def retention(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    """Takes away what has been kept long enough; the running service does it every day."""
    await prepare(context, talk)
    done = await apply_retention(context, all_retention())
    for category, count in sorted(done.items()):
        talk.say("retention-line", category=category, count=count)
    return DONE
