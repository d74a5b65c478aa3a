"""Services are killed while they work; of what was acknowledged, nothing is lost."""

import asyncio
import random
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.engine import make_url

from api.domains.webhooks.service import create_webhook
from api.identity import Actor
from api.unit import Context
from tests.api.webhooks.conftest import HOST
from tests.api.webhooks.receiver import Receiver, answer, receiving

pytestmark = pytest.mark.anyio


def start(url: str, folder: Path, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-W", "error", "-m", "tests.api.webhooks.crash_worker", url, str(folder), *options]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


async def is_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    assert (await asyncio.to_thread(process.stdout.readline)).strip() == "ready"


def lines(folder: Path) -> list[str]:
    """The ids of the events that were acknowledged."""
    file = folder / "committed"
    return file.read_text(encoding="ascii").splitlines() if file.exists() else []


async def test_webhooks_of_all_acknowledged_events_arrive(
    context: Context, administrator: Actor, database_url: str, tmp_path: Path
) -> None:
    """Two services at a time, killed twice at random moments, leave it to a third."""
    chance = random.Random(4)
    text = make_url(database_url).render_as_string(hide_password=False)
    async with receiving(Receiver([answer(500), answer(204)])) as receiver:
        async with context.writing(administrator) as unit:
            await create_webhook(unit, f"http://{HOST}:{receiver.port}/", ["thing.*"], "x", {})
        await context.database.dispose()
        for _ in range(2):
            services = [start(text, tmp_path) for _ in range(2)]
            for service in services:
                await is_ready(service)
            await asyncio.sleep(chance.uniform(0.2, 1.2))
            for service in services:
                service.kill()
                service.communicate()
        committed = {UUID(line) for line in lines(tmp_path)}
        last = start(text, tmp_path, "--quiet")
        await is_ready(last)
        async with asyncio.timeout(60):
            while not committed <= (arrived := {UUID(one.headers["webhook-id"]) for one in receiver.received}):
                await asyncio.sleep(0.1)
        await asyncio.to_thread(last.communicate)
        assert last.returncode == 0
    assert committed <= arrived
