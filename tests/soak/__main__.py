"""`make soak`: the service under load, killed with SIGKILL again and again, on SQLite and on PostgreSQL.

Prints, for each database, how many writes were acknowledged, lost, doubled and told to the webhook; then the same of
exams, one of which ends while the service is dead. Ends with 1 if anything was lost. Takes about twenty minutes on two
cores.
"""

import asyncio
import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from tests.api.faults.exams import DRAWN, Exam, Room, Wire, announce_exam, compare, prepare_exam, take_stock
from tests.api.faults.killing import Ledger, enrol_all, prepare, running, stored_enrolments
from tests.api.webhooks.receiver import Receiver, receiving
from tests.databases import running_cluster

PERSONS = 400
KILLS = 15
TOLD_WITHIN_S = 300
STUDENTS = 200
EXAM_KILLS = 8
HANDED_IN_WITHIN_S = 180
"""The job that hands in what is due runs once a minute."""


async def soak(url: str, folder: Path) -> bool:
    """Whether nothing was lost or doubled."""
    ground = await prepare(url, folder, PERSONS)
    pairs = [(person, class_id) for class_id in ground.classes for person in ground.persons]
    kills = [len(pairs) * (one + 1) // (KILLS + 2) for one in range(KILLS)]
    ledger, receiver = Ledger(), Receiver()
    began = time.monotonic()
    async with receiving(receiver), running(url, folder) as service:
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {ground.token}"}) as http:
            webhook = {"url": f"http://127.0.0.1:{receiver.port}/", "kinds": ["enrolment.*"], "description": "soak"}
            (await http.post(f"{service.address}/v1/webhooks", json=webhook)).raise_for_status()
        await enrol_all(service, ground, ledger, pairs, kills)
        told: set[str] = set()
        until = time.monotonic() + TOLD_WITHIN_S
        while not told >= set(ledger.stored.values()) and time.monotonic() < until:
            await asyncio.sleep(0.5)
            told = {json.loads(one.body)["ids"]["enrolment"] for one in receiver.received}
    stored = await stored_enrolments(url, folder)
    lost = [pair for pair, id_ in ledger.stored.items() if stored.get(pair) != [id_]]
    doubled = [pair for pair, ids in stored.items() if len(ids) > 1]
    untold = set(ledger.stored.values()) - told
    print(
        f"{url.split('+')[0]}: {len(ledger.stored)} of {len(pairs)} acknowledged, {ledger.kills} kills, "
        f"{len(lost)} lost, {len(doubled)} doubled, {len(untold)} not told, "
        f"{len(receiver.received) - len(told)} told again, "
        f"{len(ledger.strange)} strange answers, {time.monotonic() - began:.0f} s",
        flush=True,
    )
    for one in ledger.strange[:5]:
        print("  ", one)
    return not (lost or doubled or untold or ledger.strange) and len(ledger.stored) == len(pairs)


async def soak_exam(url: str, folder: Path) -> bool:
    """Whether an exam that was killed again and again lost nothing, and one that ended meanwhile was handed in once."""
    exam = await prepare_exam(url, folder, STUDENTS)
    long_id = await announce_exam(url, folder, exam, "LONG", datetime.now(UTC) + timedelta(hours=6))
    began = time.monotonic()
    async with running(url, folder) as service:
        closes_at = datetime.now(UTC) + timedelta(seconds=90)
        short_id = await announce_exam(url, folder, exam, "SHORT", closes_at)
        wire = Wire(service.port)
        short, long = Room(wire, exam, short_id), Room(wire, exam, long_id)
        for room in (short, long):
            for first in range(0, STUDENTS, 20):
                await asyncio.gather(*(room.begin(one, 1) for one in exam.students[first : first + 20]))

        async def kill(until: datetime | None = None) -> None:
            wire.up.clear()
            await service.kill()
            if until is not None:
                await asyncio.sleep(max(0.0, (until - datetime.now(UTC)).total_seconds()))
            await service.start()
            wire.up.set()

        waiting = iter(exam.students)

        async def browser() -> None:
            for one in waiting:
                await long.save_all(one, [*range(2, DRAWN + 1), *range(1, DRAWN + 1)])
                await long.submit(one)

        browsers = asyncio.gather(*(browser() for _ in range(20)))
        whole = STUDENTS * 2 * DRAWN
        for number in range(EXAM_KILLS):
            while long.ledger.saves < whole * (number + 1) // (EXAM_KILLS + 2):
                await asyncio.sleep(0.01)
            await kill(closes_at if number == EXAM_KILLS - 1 else None)
        await browsers
        in_time = {one.person for one in exam.students if not one.has_more_time}
        until = time.monotonic() + HANDED_IN_WITHIN_S
        while (await take_stock(url, folder, short_id)).events.keys() != in_time and time.monotonic() < until:
            await asyncio.sleep(2)
        wire.close()
    found = compare(exam, long.ledger, await take_stock(url, folder, long_id))
    stock = await take_stock(url, folder, short_id)
    late = _late(exam, stock.attempts)
    doubled = sum(count != 1 for count in (*stock.events.values(), *stock.grades.values(), *stock.told.values()))
    strange = [*short.ledger.strange, *long.ledger.strange]
    print(
        f"{url.split('+')[0]}: exam of {STUDENTS}, {EXAM_KILLS} kills: {long.ledger.saves} answers acknowledged, "
        f"{len(long.ledger.submitted)} handed in, {', '.join(f'{count} {what}' for what, count in found.items())}; "
        f"of the one that ended while the service was dead {len(stock.events)} of {len(in_time)} handed in by it, "
        f"{doubled} not once, {late} not as of their deadline; {len(strange)} strange answers, "
        f"{time.monotonic() - began:.0f} s",
        flush=True,
    )
    for one in strange[:5]:
        print("  ", one)
    is_whole = stock.events.keys() == stock.grades.keys() == in_time
    return is_whole and not (any(found.values()) or doubled or late or strange)


def _late(exam: Exam, attempts: dict[UUID, list[Any]]) -> int:
    more = {one.person for one in exam.students if one.has_more_time}
    wanted = {person: rows[0].deadline_at if person not in more else None for person, rows in attempts.items()}
    return sum(rows[0].submitted_at != wanted[person] for person, rows in attempts.items())


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "sqlite").mkdir()
        (root / "postgresql").mkdir()
        good = asyncio.run(soak(f"sqlite+aiosqlite:///{root / 'sqlite' / 'university.sqlite3'}", root / "sqlite"))
        with running_cluster(root / "cluster") as cluster:
            cluster.create_database("soak")
            good = asyncio.run(soak(cluster.url("soak"), root / "postgresql")) and good
            for kind in ("sqlite", "postgresql"):
                place = root / f"exam-{kind}"
                place.mkdir()
                url = f"sqlite+aiosqlite:///{place / 'university.sqlite3'}"
                if kind == "postgresql":
                    cluster.create_database("exam")
                    url = cluster.url("exam")
                good = asyncio.run(soak_exam(url, place)) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
