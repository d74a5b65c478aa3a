"""A real service in a process of its own, under load, killed with SIGKILL and started again; and the clients' ledger.

Clients behave as good ones do: every request has an Idempotency-Key, and one that got no answer is sent again with it.
"""

import asyncio
import base64
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
from sqlalchemy import select

from api.app import create_context
from api.db.migrate import upgrade
from api.domains.access.service import create_administrator, find_actor
from api.domains.access.tokens import create_token
from api.domains.enrolment.models import EnrolmentRow
from api.domains.enrolment.service import Admission, admit_many
from api.domains.people.rules import Name
from api.domains.people.service import NewPerson, create_persons, grant_role
from api.domains.programmes.models import ProgrammeRow
from api.domains.teaching.models import ClassRow
from api.identity import Role, Scope, system_actor
from api.ids import new_id
from api.keys import KeyRing
from api.seeding import seed_university
from api.settings import Settings

KEY = bytes(range(32))
SETUP = system_actor("test:setup")
CLIENTS = 8
PATIENCE_S = 90


@dataclass
class Ground:
    """What the load works on."""

    token: str
    persons: list[UUID]
    classes: list[UUID]


@dataclass
class Ledger:
    """What clients were told: (person, class) -> id of the enrolment; and answers that should not be."""

    stored: dict[tuple[UUID, UUID], str] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    kills: int = 0


async def prepare(url: str, data: Path, persons: int) -> Ground:
    """A university without students, then persons who study, a registry officer and their token."""
    context = create_context(Settings(data=data, database_url=url), KeyRing({"1": KEY}, "1"), durable=False)
    await upgrade(context.database)
    await seed_university(context, 0)
    account = await create_administrator(context, "load", "a-long-enough-pass-phrase", "Load", "Load")
    async with context.writing(SETUP) as unit:
        actor = await find_actor(unit, account)
        assert actor.person is not None
        await grant_role(unit, actor.person, Role.REGISTRY, Scope.UNIVERSITY, None, unit.today)
        ids = await create_persons(unit, [NewPerson(Name("ky-Cyrl", "Асанов", f"№{one}")) for one in range(persons)])
        programme = (await unit.session.scalars(select(ProgrammeRow.id).order_by(ProgrammeRow.code))).first()
        assert programme is not None
        await admit_many(
            unit, [Admission(one, programme, unit.today.year) for one in ids], order_number="1", order_date=unit.today
        )
        classes = list(await unit.session.scalars(select(ClassRow.id).order_by(ClassRow.code)))
    async with context.writing(SETUP) as unit:
        actor = await find_actor(unit, account)
    async with context.writing(actor) as unit:
        _, token = await create_token(unit, "load", ["enrolment:write", "webhooks:write", "webhooks:read"], 1)
    await context.database.dispose()
    return Ground(token, ids, classes)


class Service:
    """`jetki api serve` as a process, on a port that stays the same over restarts."""

    def __init__(self, url: str, data: Path) -> None:
        self._url = url
        self._data = data
        self._process: asyncio.subprocess.Process | None = None
        self.port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        environ = os.environ | {
            "JETKI_DATA": str(self._data),
            "JETKI_DATABASE_URL": self._url,
            "JETKI_KEYS": "1:" + base64.b64encode(KEY).decode(),
            "JETKI_TAKEOVER_SECONDS": "3",
            "JETKI_REQUESTS_PER_MINUTE": "1000000",
            "LANG": "en",
        }
        code = "import sys; from jetki import main; sys.exit(main(sys.argv[1:]))"
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, "api", "serve", "--port", str(self.port),
            env=environ, cwd=self._data, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE_S)
        found = re.search(rb"http://127\.0\.0\.1:(\d+)", line)
        assert found is not None, line
        self.port = int(found[1])

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """As a process manager does it; gives back the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, with_signal: signal.Signals) -> int:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(with_signal)
        return await asyncio.wait_for(self._process.wait(), PATIENCE_S)


@asynccontextmanager
async def running(url: str, data: Path) -> AsyncIterator[Service]:
    service = Service(url, data)
    await service.start()
    try:
        yield service
    finally:
        await service.kill()


async def enrol_all(
    service: Service, ground: Ground, ledger: Ledger, pairs: Sequence[tuple[UUID, UUID]], kill_after: Sequence[int]
) -> None:
    """Enrols every pair by several clients at once; kills and restarts the service whenever so many are stored."""
    todo = list(reversed(pairs))
    thresholds = list(kill_after)
    up = asyncio.Event()
    up.set()

    async def killer() -> None:
        while thresholds:
            if len(ledger.stored) < thresholds[0]:
                await asyncio.sleep(0.01)
                continue
            thresholds.pop(0)
            up.clear()
            await service.kill()
            ledger.kills += 1
            await service.start()
            up.set()

    async def client() -> None:
        async with httpx.AsyncClient(timeout=PATIENCE_S, headers={"Authorization": f"Bearer {ground.token}"}) as http:
            while todo:
                person, class_id = todo.pop()
                key = {"Idempotency-Key": str(new_id())}
                while True:
                    await up.wait()
                    try:
                        address = f"{service.address}/v1/classes/{class_id}/enrolments"
                        answer = await http.post(address, json={"person_id": str(person)}, headers=key)
                    except httpx.TransportError:
                        await asyncio.sleep(0.02)
                        continue
                    if answer.status_code == 503:
                        await asyncio.sleep(0.05)
                        continue
                    break
                if answer.status_code == 201:
                    ledger.stored[person, class_id] = answer.json()["id"]
                else:
                    ledger.strange.append(f"{answer.status_code} {answer.text[:300]}")

    killing = asyncio.create_task(killer())
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    killing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await killing
    await up.wait()


async def stored_enrolments(url: str, data: Path) -> dict[tuple[UUID, UUID], list[str]]:
    """What the database holds: (person, class) -> ids."""
    context = create_context(Settings(data=data, database_url=url), KeyRing({"1": KEY}, "1"), durable=False)
    found: dict[tuple[UUID, UUID], list[str]] = {}
    async with context.database.reading() as session:
        for row in await session.execute(select(EnrolmentRow.person_id, EnrolmentRow.class_id, EnrolmentRow.id)):
            found.setdefault((row[0], row[1]), []).append(str(row[2]))
    await context.database.dispose()
    return found
