"""The command line of the service. Exit codes: 0 done, 1 something is wrong with the data, 2 wrong usage or
settings."""

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from sqlalchemy.exc import SQLAlchemyError

from api.commands.collector import rested_collector
from api.errors import DEFAULT_LANGUAGE, LANGUAGES, words_of
from api.mail import UnfitMailSettings, create_mailer
from api.narration import Narrator
from api.settings import BadSettings, SettingFault, read_keys, read_settings

DONE: Final = 0
PROBLEMS: Final = 1
UNUSABLE: Final = 2
INTERRUPTED: Final = 130
"""128 + SIGINT, as shells count it."""
DEFAULT_PORT: Final = 8765
PASSWORD_VARIABLE: Final = "JETKI_ADMIN_PASSWORD"


class Refused(Exception):
    """Ends a command with a sentence for its reader and an exit code."""

    def __init__(self, message: str, code: int = UNUSABLE) -> None:
        super().__init__(message)
        self.code = code


class Talk:
    """Sentences in the reader's language: results on standard output, complaints on standard error."""

    def __init__(self, language: str) -> None:
        self.language = language

    def words(self, name: str, **values: Any) -> str:
        return words_of(f"command-{name}", "message", self.language, values)

    def say(self, name: str, **values: Any) -> None:
        print(self.words(name, **values), flush=True)

    def complain(self, name: str, **values: Any) -> None:
        print(self.words(name, **values), file=sys.stderr, flush=True)


class _Parser(argparse.ArgumentParser):
    talk: Talk

    def error(self, message: str) -> NoReturn:
        raise Refused(self.talk.words("usage", problem=message, program=self.prog))


def run(
    arguments: Sequence[str],
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
    narrator: Callable[[Path], Narrator] | None = None,
) -> int:
    """Runs one command; `folder` is the project's (with mkdocs.yml), else it is looked for from here upwards.
    `narrator` makes who reads questions aloud, with the choices of that folder."""
    talk = Talk(_language(arguments, environ))
    mask = os.umask(0o077)  # what a command writes is for its owner alone: names, keys, backups
    try:
        chosen = _make_parser(talk).parse_args(arguments)
        root = folder or _find_root(Path.cwd())
        return _carry_out(chosen, talk, environ, root, narrator and narrator(root))
    except BadSettings as bad:
        for fault in bad.faults:
            text = words_of(f"setting-{fault.code}", "message", talk.language, fault.values)
            print(f"{fault.variable}: {text}", file=sys.stderr)
        return UNUSABLE
    except Refused as refused:
        print(refused, file=sys.stderr)
        return refused.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (SQLAlchemyError, ConnectionError) as error:
        talk.complain("database-away", error=type(getattr(error, "orig", error)).__name__)
        return PROBLEMS
    except OSError as error:
        talk.complain("file-trouble", error=f"{error.strerror or error} {error.filename or ''}".strip())
        return PROBLEMS
    finally:
        os.umask(mask)


def _language(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    for place, argument in enumerate(arguments[:-1]):
        if argument == "--language" and arguments[place + 1] in LANGUAGES:
            return arguments[place + 1]
    named = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return next((one for one in LANGUAGES if named.casefold().startswith(one)), "en" if named else DEFAULT_LANGUAGE)


def _find_root(start: Path) -> Path:
    """The nearest folder above that holds mkdocs.yml, else where we are."""
    return next((one for one in (start, *start.parents) if (one / "mkdocs.yml").is_file()), start)


def _make_parser(talk: Talk) -> argparse.ArgumentParser:
    _Parser.talk = talk

    def help_of(name: str) -> str:
        return talk.words(f"help-{name}")

    parser = _Parser(prog="jetki api", description=help_of("api"), add_help=True)
    parser.add_argument("--language", choices=LANGUAGES, help=help_of("language"))
    commands = parser.add_subparsers(dest="command", required=True, metavar=help_of("commands"))

    def add(name: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help_of(name), description=help_of(name))

    serve = add("serve")
    serve.add_argument("--host", default="127.0.0.1", help=help_of("host"))
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help=help_of("port"))
    administrator = add("create-admin")
    administrator.add_argument("login", help=help_of("login"))
    administrator.add_argument("--given-name", required=True, help=help_of("given-name"))
    administrator.add_argument("--family-name", required=True, help=help_of("family-name"))
    migrate = add("migrate")
    migrate.add_argument("--to", default="head", help=help_of("revision"))
    sync = add("sync")
    sync.add_argument("manifest", nargs="?", type=Path, help=help_of("manifest"))
    seed = add("seed")
    seed.add_argument("--students", type=int, default=300, help=help_of("students"))
    add("backup").add_argument("file", type=Path, help=help_of("backup-file"))
    restore = add("restore")
    restore.add_argument("file", type=Path, help=help_of("backup-file"))
    restore.add_argument("--replace", action="store_true", help=help_of("replace"))
    add("check")
    add("rotate-keys")
    add("retention")
    return parser


def _carry_out(
    chosen: argparse.Namespace, talk: Talk, environ: Mapping[str, str], root: Path, narrator: Narrator | None
) -> int:
    settings = read_settings(environ, root)
    keys = read_keys(environ, settings)
    try:
        create_mailer(settings)
    except UnfitMailSettings as unfit:
        name = "JETKI_MAIL_FROM" if unfit.code == "mail-from" else "JETKI_SMTP_URL"
        raise BadSettings([SettingFault(name, unfit.code)]) from None
    if chosen.command == "serve":
        with rested_collector():
            from api.commands.serving import serve
        return serve(settings, keys, chosen.host, chosen.port, talk, narrator)
    with rested_collector():
        from api.commands import actions
    command: Callable[..., Awaitable[int]] = getattr(actions, chosen.command.replace("-", "_"))
    return asyncio.run(actions.with_context(settings, keys, lambda context: command(context, chosen, talk)))
