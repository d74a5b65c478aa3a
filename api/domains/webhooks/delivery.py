"""Sends deliveries, as jobs. Asks at every attempt anew whether it may still be sent and where the name leads.

A name can lead into our own network although its text looks harmless, and can lead elsewhere at the next moment (DNS
rebinding). So the name is looked up once, every address is judged, and the request goes to a judged address, not to
the name. Redirects are not followed and the body of the answer is not read.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import SplitResult
from uuid import UUID

import httpx
from sqlalchemy import select

from api.domains.access.service import account_may
from api.domains.webhooks.guards import MANAGE_WEBHOOKS
from api.domains.webhooks.models import WebhookDeliveryRow, WebhookRow
from api.domains.webhooks.rules import (
    PACE,
    DeliveryState,
    Fault,
    UnfitUrl,
    WebhookState,
    asked_pause,
    body_of,
    check_url,
    is_public,
    signed_headers,
)
from api.domains.webhooks.service import REDELIVERY, plan_deliveries, valid_secrets, webhooks_for
from api.events import OutboxRow
from api.identity import system_actor
from api.jobs.consuming import ALL_KINDS, Consumer
from api.jobs.port import GiveUp, Job, JobRun, Lane, NewJob, Retry, Schedule
from api.unit import Context, Unit

DELIVER_JOB: Final = "webhook.deliver"
SWEEP_JOB: Final = "webhook.sweep"
SWEEP_SCHEDULE: Final = Schedule(SWEEP_JOB, timedelta(hours=1))
FORGOTTEN_AFTER: Final = timedelta(minutes=15)
TIMEOUT_S: Final = 15.0
"""For everything from the look-up to the answer's status. Our choice; receivers should answer first and work later."""
ACTOR: Final = system_actor("job:webhooks")
NO_MORE: Final = frozenset({Fault.GONE, Fault.ADDRESS_REFUSED})

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port -> IP addresses. Raises OSError."""
MayOwn = Callable[[Unit, UUID], Awaitable[bool]]
"""Whether the account is there, has not ended, and still may have webhooks."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A request that is ready to go."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended; `fault` is None when the receiver has taken it."""

    fault: Fault | None
    status: int | None = None
    pause: timedelta | None = None


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Sender:
    """Sends letters. `close` it at the end."""

    def __init__(
        self,
        *,
        production: bool,
        resolve: Resolve = resolve_by_system,
        transport: httpx.AsyncBaseTransport | None = None,
        tls: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """`tls` is the usual trust unless given."""
        self._production = production
        self._resolve = resolve
        self._timeout_s = timeout_s
        # No connection is kept: two names may share an address, and each must show its own certificate.
        # Nothing of the environment: a proxy would look the name up again, and .netrc is not for strangers.
        self._client = httpx.AsyncClient(
            transport=transport,
            verify=tls if tls is not None else True,
            timeout=timeout_s,
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
            trust_env=False,
        )

    async def send(self, letter: Letter) -> Outcome:
        """Makes one attempt. Never raises for what the receiver or the network does."""
        try:
            parts = check_url(letter.url, production=self._production)
            async with asyncio.timeout(self._timeout_s):
                address = await self._judged_address(parts)
                return await self._post(letter, parts, address)
        except UnfitUrl:
            return Outcome(Fault.ADDRESS_REFUSED)
        except (TimeoutError, httpx.TimeoutException):
            return Outcome(Fault.TIMEOUT)
        except socket.gaierror:
            return Outcome(Fault.HOST_UNKNOWN)
        except (httpx.HTTPError, OSError) as fault:
            return Outcome(Fault.TLS if _is_tls(fault) else Fault.UNREACHABLE)

    async def close(self) -> None:
        await self._client.aclose()

    async def _judged_address(self, parts: SplitResult) -> str:
        host = parts.hostname or ""
        addresses = await self._resolve(host, parts.port or _port(parts))
        if not addresses:
            raise socket.gaierror(f"{len(addresses)} addresses")
        if self._production and not all(is_public(one) for one in addresses):
            raise UnfitUrl("url-not-public")
        return addresses[0]

    async def _post(self, letter: Letter, parts: SplitResult, address: str) -> Outcome:
        host = parts.hostname or ""
        literal = f"[{address}]" if ipaddress.ip_address(address).version == 6 else address
        target = parts._replace(netloc=f"{literal}:{parts.port or _port(parts)}").geturl()
        request = self._client.build_request(
            "POST",
            target,
            headers={**letter.headers, "host": parts.netloc},
            content=letter.body,
            extensions={"sni_hostname": host},  # the certificate must be the name's, not the address's
        )
        answer = await self._client.send(request, stream=True)
        await answer.aclose()
        if answer.is_success:
            return Outcome(None, answer.status_code)
        fault = Fault.GONE if answer.status_code == 410 else Fault.STATUS
        return Outcome(fault, answer.status_code, asked_pause(answer.headers.get("retry-after")))


def _port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80


def _is_tls(fault: BaseException | None) -> bool:
    while fault is not None:
        if isinstance(fault, ssl.SSLError):
            return True
        fault = fault.__cause__ or fault.__context__
    return False


async def hear(context: Context, event: OutboxRow) -> Sequence[NewJob]:
    """An event becomes a delivery for every webhook that is to be told of it."""
    async with context.reading(ACTOR) as unit:  # mostly nobody is told, and then nobody waits for the writer
        if not await webhooks_for(unit, event):
            return []
    async with context.writing(ACTOR) as unit:
        planned = await plan_deliveries(unit, event)
    return [_job(one) for one in planned if one.state == DeliveryState.WAITING]


async def hear_redelivery(context: Context, event: OutboxRow) -> Sequence[NewJob]:
    """A delivery that was asked for by hand is made again."""
    async with context.reading(ACTOR) as unit:
        row = await unit.session.get(WebhookDeliveryRow, UUID(event.ids["delivery"]))
    return [_job(row)] if row is not None and row.state == DeliveryState.WAITING else []


CONSUMERS: Final[Mapping[str, Sequence[Consumer]]] = {ALL_KINDS: (hear,), REDELIVERY: (hear_redelivery,)}


@dataclass(frozen=True)
class Courier:
    """Carries deliveries out."""

    context: Context
    sender: Sender
    may_own: MayOwn

    def jobs(self) -> Sequence[Job]:
        return (Job(DELIVER_JOB, self.deliver, PACE, Lane.OUTSIDE), Job(SWEEP_JOB, self.sweep))

    async def sweep(self, _: JobRun) -> Sequence[NewJob]:
        """Asks again for what has waited for long: nothing changes for jobs that are known, and the others were lost
        with the engine's memory."""
        before = self.context.clock.now() - FORGOTTEN_AFTER
        waiting = select(WebhookDeliveryRow).where(
            WebhookDeliveryRow.state == DeliveryState.WAITING, WebhookDeliveryRow.created_at < before
        )
        async with self.context.reading(ACTOR) as unit:
            return [_job(one) for one in await unit.session.scalars(waiting.order_by(WebhookDeliveryRow.id))]

    async def deliver(self, run: JobRun) -> None:
        """One attempt. Raises Retry, GiveUp."""
        id_, round_ = UUID(run.payload["delivery"]), int(run.payload["round"])
        letter = await self._prepare(id_, round_)
        if letter is None:
            return
        outcome = await self.sender.send(letter)
        over = run.is_last or outcome.fault in NO_MORE
        await self._note(id_, round_, outcome, over=over)
        if outcome.fault is None:
            return
        if over:
            raise GiveUp(outcome.fault)
        raise Retry(outcome.fault, outcome.pause)

    async def _prepare(self, id_: UUID, round_: int) -> Letter | None:
        """The request, or None when there is none to be sent (any more); why is noted."""
        async with self.context.writing(ACTOR) as unit:
            row = await unit.session.get(WebhookDeliveryRow, id_, with_for_update=True)
            if row is None or row.state != DeliveryState.WAITING or row.round != round_:
                return None
            webhook = await unit.session.get_one(WebhookRow, row.webhook_id)
            if webhook.state != WebhookState.ACTIVE:
                row.state, row.last_fault = DeliveryState.STOPPED, Fault.PAUSED
                return None
            if not await self.may_own(unit, webhook.owner_account_id):
                row.state, row.last_fault = DeliveryState.STOPPED, Fault.OWNER_ENDED
                return None
            body = body_of(row.event_id, row.kind, row.happened_at, row.ids, row.person)
            headers = signed_headers(row.event_id, body, valid_secrets(unit, webhook), unit.now)
            return Letter(webhook.url, headers, body)

    async def _note(self, id_: UUID, round_: int, outcome: Outcome, *, over: bool) -> None:
        async with self.context.writing(ACTOR) as unit:
            row = await unit.session.get(WebhookDeliveryRow, id_, with_for_update=True)
            if row is None or row.round != round_:  # the webhook was deleted meanwhile, or it is sent again
                return
            row.attempts += 1
            row.last_attempt_at, row.last_status, row.last_fault = unit.now, outcome.status, outcome.fault
            if outcome.fault is None:
                row.state = DeliveryState.DELIVERED
            elif over:
                row.state = DeliveryState.FAILED


def jobs(context: Context) -> Sequence[Job]:
    """What `api.app` gives to the engine."""

    async def may_own(unit: Unit, account_id: UUID) -> bool:
        return await account_may(unit, account_id, MANAGE_WEBHOOKS)

    return Courier(context, Sender(production=context.settings.is_production), may_own).jobs()


def _job(row: WebhookDeliveryRow) -> NewJob:
    return NewJob(DELIVER_JOB, f"{row.id}/{row.round}", {"delivery": str(row.id), "round": str(row.round)})
