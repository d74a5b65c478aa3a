"""kill -9 in the middle of a load: what was acknowledged is there, once, and whoever is to be told is told."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.api.faults.killing import PATIENCE_S, Ledger, enrol_all, prepare, running, stored_enrolments
from tests.api.webhooks.receiver import Receiver, receiving
from tests.thorough import some

pytestmark = pytest.mark.anyio


async def test_what_was_acknowledged_outlives_the_process(new_url: Callable[[], str], tmp_path: Path) -> None:
    url = new_url()
    ground = await prepare(url, tmp_path, 30)
    ledger = Ledger()
    pairs = [(person, class_id) for class_id in ground.classes for person in ground.persons]
    kills = some([len(pairs) // 4, len(pairs) // 2], 2)
    receiver = Receiver()
    async with receiving(receiver), running(url, tmp_path) as service:
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {ground.token}"}) as http:
            made = await http.post(
                f"{service.address}/v1/webhooks",
                json={
                    "url": f"http://127.0.0.1:{receiver.port}/told",
                    "kinds": ["enrolment.*"],
                    "description": "Сынак",
                },
            )
            assert made.status_code == 201, made.text
        await enrol_all(service, ground, ledger, pairs, kill_after=kills)
        told = await _wait_until_told(receiver, set(ledger.stored.values()))
        assert await service.stop() == 0
    assert ledger.strange == []
    assert ledger.kills == len(kills)
    assert len(ledger.stored) == len(pairs)
    stored = await stored_enrolments(url, tmp_path)
    assert {pair: [id_] for pair, id_ in ledger.stored.items()} == stored
    assert told >= set(ledger.stored.values())


async def _wait_until_told(receiver: Receiver, wanted: set[str]) -> set[str]:
    async def told() -> set[str]:
        while True:
            found = {json.loads(one.body)["ids"]["enrolment"] for one in receiver.received}
            if found >= wanted:
                return found
            await asyncio.sleep(0.05)

    return await asyncio.wait_for(told(), PATIENCE_S)
