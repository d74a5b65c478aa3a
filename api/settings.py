"""What an installation decides, from the environment (`JETKI_…`). Nothing has to be set to begin with."""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from api.errors import TIME_ZONE
from api.keys import KEY_BYTES, KeyRing, new_key

DATA_FOLDER: Final = "jetki-data"
"""Beside mkdocs.yml, ignored by git. Holds what cannot be made again: database, keys, mails that wait."""
DATABASE_FILE: Final = "university.sqlite3"
KEYS_FILE: Final = "keys"
DATABASE_SCHEMES: Final = ("sqlite+aiosqlite", "postgresql+asyncpg")


_ORIGIN: Final = re.compile(r"https?://[^\s/?#@]+")
_DAEMON: Final = re.compile(r"unix:/.+|([^\s:/]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}")
_URL: Final = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class BadSettings(Exception):
    """All that is wrong, each with the variable and what to do."""

    def __init__(self, faults: Sequence["SettingFault"]) -> None:
        super().__init__("; ".join(f"{one.variable}: {one.code}" for one in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class SettingFault:
    variable: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """`origins` are the exact addresses of the sites that may call with cookies; `public_url` is where we are
    reached."""

    data: Path
    database_url: str
    environment: Environment = Environment.DEVELOPMENT
    public_url: str = "http://127.0.0.1:8765"
    site_url: str = ""
    """Where the built site is reached; empty: beside this service, at `/`."""
    origins: tuple[str, ...] = ()
    secure_cookies: bool = False
    debug: bool = False
    smtp_url: str = ""
    """`smtp[s]://user:password@host:port`; empty: mails are files in `data/mails/`."""
    mail_from: str = "jetki@localhost"
    session_hours: int = 12
    takeover_seconds: int = 30
    """After how long without a sign of life another process carries on a process's jobs. Our choice."""
    requests_per_minute: int = 600
    """For one account or address, in one process. Our choice."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose X-Forwarded-For is believed."""
    clamav: str = ""
    """`host:port` or `unix:/path` of a ClamAV daemon; empty: files are not scanned."""
    manifest: Path | None = None
    time_zone: ZoneInfo = TIME_ZONE

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION


def read_settings(environ: Mapping[str, str], root: Path) -> Settings:
    """The settings of an installation whose project folder is `root`. Raises BadSettings, naming all that is wrong."""
    faults: list[SettingFault] = []
    data = Path(environ.get("JETKI_DATA", str(root / DATA_FOLDER)))
    defaults = Settings(data, f"sqlite+aiosqlite:///{data / DATABASE_FILE}")

    def number(name: str, otherwise: int, largest: int) -> int:
        text = environ.get(name, "")
        if text and not (text.isascii() and text.isdigit() and 1 <= int(text) <= largest):
            faults.append(SettingFault(name, "not-a-number", {"largest": str(largest)}))
            return otherwise
        return int(text) if text else otherwise

    def switch(name: str, otherwise: bool) -> bool:
        text = environ.get(name, "").casefold()
        if text not in {"", "0", "1", "no", "yes", "false", "true"}:
            faults.append(SettingFault(name, "not-a-switch"))
        return text in {"1", "yes", "true"} if text else otherwise

    named = environ.get("JETKI_ENVIRONMENT", "development")
    environment = Environment(named) if named in set(Environment) else None
    if environment is None:
        faults.append(SettingFault("JETKI_ENVIRONMENT", "unknown-environment", {"value": named}))
        environment = Environment.PRODUCTION
    production = environment is Environment.PRODUCTION
    database_url = environ.get("JETKI_DATABASE_URL", defaults.database_url)
    try:
        if make_url(database_url).drivername not in DATABASE_SCHEMES:
            faults.append(
                SettingFault("JETKI_DATABASE_URL", "unknown-database", {"known": ", ".join(DATABASE_SCHEMES)})
            )
    except ArgumentError:
        faults.append(SettingFault("JETKI_DATABASE_URL", "unknown-database", {"known": ", ".join(DATABASE_SCHEMES)}))
    settings = Settings(
        data=data,
        database_url=database_url,
        environment=environment,
        public_url=environ.get("JETKI_PUBLIC_URL", defaults.public_url).rstrip("/"),
        site_url=environ.get("JETKI_SITE_URL", defaults.site_url).rstrip("/"),
        origins=_words(environ.get("JETKI_ORIGINS", "")),
        secure_cookies=switch("JETKI_SECURE_COOKIES", production),
        debug=switch("JETKI_DEBUG", False),
        smtp_url=environ.get("JETKI_SMTP_URL", ""),
        mail_from=environ.get("JETKI_MAIL_FROM", defaults.mail_from),
        session_hours=number("JETKI_SESSION_HOURS", defaults.session_hours, 24 * 30),
        takeover_seconds=number("JETKI_TAKEOVER_SECONDS", defaults.takeover_seconds, 3600),
        requests_per_minute=number("JETKI_REQUESTS_PER_MINUTE", defaults.requests_per_minute, 1_000_000),
        trusted_proxies=_words(environ.get("JETKI_TRUSTED_PROXIES", "")),
        clamav=environ.get("JETKI_CLAMAV", ""),
        manifest=Path(environ["JETKI_MANIFEST"]) if environ.get("JETKI_MANIFEST") else root / "site" / "manifest.json",
    )
    if "*" in settings.origins:
        faults.append(SettingFault("JETKI_ORIGINS", "any-origin"))
    faults += _wrong_addresses(settings)
    if production:
        faults += _unfit_for_production(settings, environ)
    if faults:
        raise BadSettings(faults)
    return settings


def _wrong_addresses(settings: Settings) -> list[SettingFault]:
    faults = []
    for origin in settings.origins:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            faults.append(SettingFault("JETKI_ORIGINS", "not-an-origin", {"value": origin}))
        elif settings.is_production and origin.startswith("http://"):
            faults.append(SettingFault("JETKI_ORIGINS", "not-https"))
    for name, url in (("JETKI_PUBLIC_URL", settings.public_url), ("JETKI_SITE_URL", settings.site_url)):
        if url and not _URL.fullmatch(url):
            faults.append(SettingFault(name, "not-a-url"))
    if settings.clamav and not _DAEMON.fullmatch(settings.clamav):
        faults.append(SettingFault("JETKI_CLAMAV", "not-a-daemon"))
    for proxy in settings.trusted_proxies:
        try:
            ip_address(proxy)
        except ValueError:
            faults.append(SettingFault("JETKI_TRUSTED_PROXIES", "not-an-address", {"value": proxy}))
    return faults


def _unfit_for_production(settings: Settings, environ: Mapping[str, str]) -> list[SettingFault]:
    faults = []
    if not environ.get("JETKI_KEYS"):
        faults.append(SettingFault("JETKI_KEYS", "default-secret"))
    if not settings.secure_cookies:
        faults.append(SettingFault("JETKI_SECURE_COOKIES", "cookies-not-secure"))
    if settings.debug:
        faults.append(SettingFault("JETKI_DEBUG", "debug-on"))
    if not settings.public_url.startswith("https://"):
        faults.append(SettingFault("JETKI_PUBLIC_URL", "not-https"))
    return faults


def read_keys(environ: Mapping[str, str], settings: Settings) -> KeyRing:
    """The ring from `JETKI_KEYS` (`name:base64,…`, the first one is current); without it, in development, from a file
    that is made at the first start and that only its owner may read. Raises BadSettings."""
    text = environ.get("JETKI_KEYS", "")
    if not text:
        file = settings.data / KEYS_FILE
        if not file.exists():
            settings.data.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(f"{secrets.token_hex(4)}:{base64.b64encode(new_key()).decode()}", encoding="ascii")
        text = file.read_text(encoding="ascii")
    keys: dict[str, bytes] = {}
    try:
        for part in _words(text):
            name, _, secret = part.partition(":")
            keys[name] = base64.b64decode(secret, validate=True)
        ring = KeyRing(keys, next(iter(keys)))
    except (binascii.Error, ValueError, StopIteration):
        raise BadSettings([SettingFault("JETKI_KEYS", "bad-keys", {"bytes": str(KEY_BYTES)})]) from None
    if settings.is_production and any(len(set(key)) < 8 for key in keys.values()):  # all zeros, or typed by hand
        raise BadSettings([SettingFault("JETKI_KEYS", "default-secret")])
    return ring


def _words(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.replace(",", " ").split() if part)
