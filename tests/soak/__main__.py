"""`make soak`: the service under load, killed with SIGKILL again and again, on SQLite and on PostgreSQL.

Prints, for each database, how many writes were acknowledged, lost, doubled and told to the webhook; ends with 1 if
anything was lost. Takes about ten minutes on two cores.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

import httpx

from tests.api.faults.killing import Ledger, enrol_all, prepare, running, stored_enrolments
from tests.api.webhooks.receiver import Receiver, receiving
from tests.databases import running_cluster

PERSONS = 400
KILLS = 15
TOLD_WITHIN_S = 300


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


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "sqlite").mkdir()
        (root / "postgresql").mkdir()
        good = asyncio.run(soak(f"sqlite+aiosqlite:///{root / 'sqlite' / 'university.sqlite3'}", root / "sqlite"))
        with running_cluster(root / "cluster") as cluster:
            cluster.create_database("soak")
            good = asyncio.run(soak(cluster.url("soak"), root / "postgresql")) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
