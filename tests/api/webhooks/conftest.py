"""An administrator, their webhook, and a courier that reaches the test's own receiver by a name of the Internet."""

import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

import httpx
import pytest

from api.domains.webhooks.delivery import CONSUMERS, Courier, Sender
from api.events import Event
from api.identity import Actor, HeldRole, Method, Role, Scope, system_actor
from api.ids import new_id
from api.jobs.consuming import event_job
from api.jobs.port import GiveUp, Job, JobRun, NewJob, Retry
from api.jobs.relay import Relay
from api.unit import Context, Unit
from tests.api.conftest import StandingClock
from tests.api.jobs.fake_engine import FakeEngine, attempt

JOB = system_actor("job:test")
HOST = "receiver.example.org"


def an_administrator() -> Actor:
    return Actor(
        account=new_id(),
        person=new_id(),
        roles=(HeldRole(Role.ADMINISTRATOR, Scope.UNIVERSITY),),
        method=Method.SESSION,
        is_strong=True,
    )


@pytest.fixture
def administrator() -> Actor:
    return an_administrator()


class Post:
    """Everything from the event to the receiver, step by step. `owners_ended` are accounts that have ended."""

    def __init__(self, context: Context, clock: StandingClock, sender: Sender) -> None:
        self.context = context
        self.engine = FakeEngine()
        self.owners_ended: set[UUID] = set()
        self.relay = Relay(context.database, self.engine, clock)
        self.courier = Courier(context, sender, self._may_own)
        jobs = [*self.courier.jobs(), event_job(context, CONSUMERS)]
        self.jobs: Mapping[str, Job] = {one.name: one for one in jobs}

    async def _may_own(self, _: Unit, account: UUID) -> bool:
        return account not in self.owners_ended

    async def emit(self, kind: str = "enrolment.withdrawn", person: UUID | None = None, **ids: UUID) -> None:
        async with self.context.writing(JOB) as unit:
            await unit.emit(Event(kind, ids, person, {"state": "withdrawn"}))

    async def hand_over(self) -> Sequence[NewJob]:
        """The deliveries that are asked for now."""
        known = len(self.engine.stored)
        await self.relay.hand_over()
        found: list[NewJob] = []
        for stored in self.engine.stored[known:]:
            found += await self.run(stored)
        return found

    async def run(self, new: NewJob, number: int = 1) -> Sequence[NewJob]:
        job = self.jobs[new.name]
        return list(await job.run(attempt(job, new, number)) or ())

    async def sweep(self) -> Sequence[NewJob]:
        return list(await self.courier.sweep(JobRun("webhook.sweep", "x", {}, 1, is_last=False)))

    async def try_(self, new: NewJob, number: int = 1) -> str:
        """How an attempt ends: `done`, `retry <code>`, `gave up <code>`."""
        try:
            await self.run(new, number)
        except Retry as again:
            return f"retry {again.reason}"
        except GiveUp as end:
            return f"gave up {end.reason}"
        return "done"


MakePost = Callable[..., Post]


async def resolve_to_here(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


@pytest.fixture
async def make_post(context: Context, clock: StandingClock) -> MakePost:
    def make(resolve: Callable[[str, int], Awaitable[Sequence[str]]] = resolve_to_here, **options: object) -> Post:
        sender = Sender(**{"production": False, "resolve": resolve, **options})  # type: ignore[arg-type]  # of the test
        return Post(context, clock, sender)

    return make


_KEYS = itertools.count()


async def create(client: httpx.AsyncClient, url: str, **fields: object) -> str:
    """The id of a new webhook."""
    body = {"url": url, "kinds": ["enrolment.*"], "description": "Деканат", **fields}
    made = await client.post("/v1/webhooks", json=body, headers={"idempotency-key": str(next(_KEYS))})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])
