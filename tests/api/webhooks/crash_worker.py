"""A service of its own for `test_crashes.py`: python -m tests.api.webhooks.crash_worker URL FOLDER

Carries out events and webhooks, and emits one event after the other; the id of each that was committed is written to
FOLDER/committed. With `--quiet` it only carries out what there is. Goes on until it is killed, or until its input
ends.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from api.clock import SystemClock
from api.db.session import Database
from api.domains.webhooks.delivery import CONSUMERS, Courier, Sender
from api.events import Event, Listeners, OutboxRow
from api.identity import system_actor
from api.ids import new_id
from api.jobs.consuming import event_job
from api.jobs.engine import DbosEngine
from api.jobs.memory import jobs_database
from api.jobs.relay import Relay
from api.keys import KeyRing
from api.settings import Settings
from api.unit import Context, Unit
from tests.api.jobs.conftest import SOON

JOB = system_actor("job:test")


async def resolve_to_here(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def may_own(_: Unit, account_id: UUID) -> bool:
    return True


async def emit(context: Context, committed: Path) -> None:
    thing = new_id()
    async with context.writing(JOB) as unit:
        await unit.emit(Event("thing.made", {"thing": thing}))
    async with context.reading(JOB) as unit:
        mine = OutboxRow.ids["thing"].as_string() == str(thing)
        id_ = await unit.session.scalar(select(OutboxRow.id).where(mine))
    with committed.open("a", encoding="ascii") as file:  # after the commit: acknowledged
        file.write(f"{id_}\n")


async def main(url: str, folder: Path, quiet: bool) -> None:
    keys = KeyRing({"1": bytes(range(32))}, "1")  # those of the tests; importing them would import every domain
    context = Context(Settings(folder, url), Database(url, durable=False), SystemClock(), keys, Listeners({}))
    courier = Courier(context, Sender(production=False, resolve=resolve_to_here), may_own)
    jobs = [event_job(context, CONSUMERS), *courier.jobs()]
    engine = DbosEngine(jobs_database(url, folder), jobs, [], context.clock, pacing=SOON, durable=False)
    await engine.start()
    relay = Relay(context.database, engine, context.clock, poll=timedelta(seconds=0.1))
    context.after_commit.append(relay.wake)
    await relay.start()
    print("ready", flush=True)
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    while not ended.done():
        if not quiet:
            await emit(context, folder / "committed")
        await asyncio.sleep(0.01)
    await relay.stop()
    await engine.stop()
    await context.database.dispose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), "--quiet" in sys.argv))
