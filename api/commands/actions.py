"""What the commands do, each a coroutine over a context: `create_admin` for `jetki api create-admin`, and so on."""

import argparse
import getpass
import os
import secrets
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from api.app import create_context
from api.commands.main import DONE, PASSWORD_VARIABLE, PROBLEMS, Refused, Talk
from api.db.backup import NotEmpty, UnusableBackup, check_backup, restore_backup, write_backup
from api.db.migrate import HEAD, NewerDatabase, current_revision, downgrade, newest_revision, upgrade
from api.domains.audit.service import find_broken_link
from api.identity import system_actor
from api.keys import KeyRing
from api.settings import Settings
from api.unit import Context

Command = Callable[[Context], Awaitable[int]]
OPERATOR = system_actor("command")


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
    from api.domains.access.service import create_administrator
    from api.errors import Problem, problem_body

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
    counted = await write_backup(context.database, chosen.file, context.clock.now())
    check_backup(chosen.file)
    talk.say("backed-up", file=chosen.file, rows=counted.rows, tables=counted.tables)
    return DONE


async def restore(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    try:
        counted = await restore_backup(context.database, chosen.file, replace=chosen.replace)
    except UnusableBackup as bad:
        raise Refused(talk.words(f"backup-{bad.reason}", file=chosen.file, found=bad.found), PROBLEMS) from None
    except NotEmpty:
        raise Refused(talk.words("not-empty"), PROBLEMS) from None
    talk.say("restored", file=chosen.file, rows=counted.rows, tables=counted.tables)
    return DONE


async def check(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    """Verifies what can be verified without anybody's word: tables, audit chain, sealed fields."""
    from api.domains.privacy.service import count_sealed

    revision = await current_revision(context.database)
    if revision != newest_revision():
        talk.complain("check-tables", found=revision or "-", expected=newest_revision() or "-")
        return PROBLEMS
    async with context.database.reading() as session:
        broken = await find_broken_link(session, context.keys)
    if broken is not None:
        talk.complain("check-audit", number=broken.number)
    sealed = await count_sealed(context)
    if sealed.unreadable:
        talk.complain("check-sealed", count=sealed.unreadable)
    if broken is not None or sealed.unreadable:
        return PROBLEMS
    talk.say("checked", sealed=sealed.current + sealed.older, older=sealed.older)
    return DONE


async def sync(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    """Takes courses and resources from the manifest of a built site."""
    from api.domains.courses.service import sync_manifest

    await prepare(context, talk)
    path = chosen.manifest or context.settings.manifest
    raise NotImplementedError(path, sync_manifest)


async def seed(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    raise NotImplementedError


async def rotate_keys(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    """Seals everything with the current key."""
    from api.domains.privacy.service import rotate_keys as rotate

    await prepare(context, talk)
    talk.say("keys-rotated", count=await rotate(context))
    return DONE


async def retention(context: Context, chosen: argparse.Namespace, talk: Talk) -> int:
    raise NotImplementedError(Path(), datetime.now(UTC))
