"""Events reach receivers, signed, for a day, and nobody else."""

import base64
import hashlib
import hmac
import json
import ssl
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from api.domains.webhooks.delivery import Letter, Outcome, Sender
from api.domains.webhooks.models import WebhookDeliveryRow
from api.domains.webhooks.rules import PACE, Fault
from api.events import OutboxRow
from api.identity import Actor
from api.ids import new_id
from tests.api.certificates import certify
from tests.api.conftest import StandingClock, University
from tests.api.webhooks.conftest import HOST, JOB, MakePost, Post, create, resolve_to_here
from tests.api.webhooks.receiver import Receiver, answer, receiving

pytestmark = pytest.mark.anyio
LETTER = Letter(f"https://{HOST}/hook?a=b", {"webhook-id": "1"}, b"{}")


async def deliveries(post: Post) -> Sequence[WebhookDeliveryRow]:
    async with post.context.reading(JOB) as unit:
        return (await unit.session.scalars(select(WebhookDeliveryRow).order_by(WebhookDeliveryRow.id))).all()


async def test_an_event_arrives_signed_and_with_ids_only(
    university: University, administrator: Actor, make_post: MakePost, clock: StandingClock
) -> None:
    client, post = await university.as_(administrator), make_post()
    async with receiving(Receiver()) as receiver:
        webhook = await create(client, f"http://{HOST}:{receiver.port}/hook?a=b")
        secret = (await client.post(f"/v1/webhooks/{webhook}/secret")).json()["secret"]
        person, class_ = new_id(), new_id()
        await post.emit(person=person, class_=class_)
        (job,) = await post.hand_over()
        assert await post.try_(job) == "done"
    (request,) = receiver.received
    assert request.line == "POST /hook?a=b HTTP/1.1"
    assert request.headers["host"] == f"{HOST}:{receiver.port}"
    async with post.context.reading(JOB) as unit:
        event = (await unit.session.scalars(select(OutboxRow))).one()
    assert request.headers["webhook-id"] == str(event.id)
    assert json.loads(request.body) == {
        "id": str(event.id),
        "kind": "enrolment.withdrawn",
        "happened_at": clock.now().isoformat(),
        "ids": {"class_": str(class_), "person": str(person)},
    }
    signed = f"{event.id}.{request.headers['webhook-timestamp']}.".encode() + request.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert expected in request.headers["webhook-signature"].split()
    (row,) = await deliveries(post)
    assert (row.state, row.attempts, row.last_status, row.last_fault) == ("delivered", 1, 204, None)


async def test_what_arrived_is_not_sent_again_by_a_job_that_is_repeated(
    university: University, administrator: Actor, make_post: MakePost
) -> None:
    client, post = await university.as_(administrator), make_post()
    async with receiving(Receiver()) as receiver:
        await create(client, f"http://{HOST}:{receiver.port}/")
        await post.emit()
        (job,) = await post.hand_over()
        event = post.engine.stored[0]
        assert [await post.try_(job) for _ in range(2)] == ["done", "done"]
        assert await post.run(event) == [], "the event is handed over once more"
    assert len(receiver.received) == 1
    assert len(await deliveries(post)) == 1


async def test_a_failure_is_tried_for_a_day_and_then_shown(
    university: University, administrator: Actor, make_post: MakePost, clock: StandingClock
) -> None:
    client, post = await university.as_(administrator), make_post()
    async with receiving(Receiver([answer(503), answer(200)])) as receiver:
        receiver.answers = [*[answer(503)] * PACE.attempts, answer(200)]
        webhook = await create(client, f"http://{HOST}:{receiver.port}/")
        await post.emit()
        (job,) = await post.hand_over()
        endings = []
        for number in range(1, PACE.attempts + 1):
            endings.append(await post.try_(job, number))
            clock.advance(hours=1)
        assert endings == ["retry status"] * (PACE.attempts - 1) + ["gave up status"]
        assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
        assert len({one.headers["webhook-timestamp"] for one in receiver.received}) == PACE.attempts
        shown = (await client.get(f"/v1/webhooks/{webhook}/deliveries?state=failed")).json()["items"]
        assert [(one["state"], one["attempts"], one["last_status"], one["last_fault"]) for one in shown] == [
            ("failed", PACE.attempts, 503, "status")
        ]
        # By hand
        path = f"/v1/webhooks/{webhook}/deliveries/{shown[0]['id']}/redeliver"
        again = await client.post(path, headers={"idempotency-key": "again"})
        assert (again.status_code, again.json()["state"]) == (200, "waiting")
        assert (await client.post(path, headers={"idempotency-key": "twice"})).status_code == 409
        (repeated,) = await post.hand_over()
        assert repeated.key != job.key
        assert await post.try_(repeated) == "done"
        assert await post.try_(job) == "done", "an attempt of the first round sends nothing"
    assert len(receiver.received) == PACE.attempts + 1
    assert [one.state for one in await deliveries(post)] == ["delivered"]


@pytest.mark.parametrize(
    ("raw", "ending"),
    [
        (answer(302, "location: http://127.0.0.1:1/secret"), "retry status"),
        (answer(307, "location: http://127.0.0.1:1/secret"), "retry status"),
        (answer(404), "retry status"),
        (answer(410), "gave up gone"),
        (b"nonsense\r\n\r\n", "retry unreachable"),
        (b"", "retry timeout"),
    ],
    ids=["redirect", "redirect-of-a-post", "not-found", "gone", "nonsense", "silence"],
)
async def test_only_2xx_is_success_and_no_redirect_is_followed(
    university: University, administrator: Actor, make_post: MakePost, raw: bytes, ending: str
) -> None:
    client, post = await university.as_(administrator), make_post(timeout_s=0.2)
    async with receiving(Receiver([raw])) as receiver:
        await create(client, f"http://{HOST}:{receiver.port}/")
        await post.emit()
        (job,) = await post.hand_over()
        assert await post.try_(job) == ending
    assert len(receiver.received) == 1


async def test_a_receiver_may_ask_for_a_pause(
    university: University, administrator: Actor, make_post: MakePost
) -> None:
    post = make_post()
    async with receiving(Receiver([answer(429, "retry-after: 90")])) as receiver:
        outcome = await post.courier.sender.send(Letter(f"http://{HOST}:{receiver.port}/", {}, b""))
    assert outcome.pause is not None
    assert outcome.pause.total_seconds() == 90


async def test_a_receiver_that_is_away_is_tried_again(make_post: MakePost) -> None:
    async with receiving(Receiver()) as receiver:
        pass  # and nobody listens any more
    outcome = await make_post().courier.sender.send(Letter(f"http://{HOST}:{receiver.port}/", {}, b""))
    assert outcome == Outcome(Fault.UNREACHABLE)


async def test_nothing_is_sent_for_an_account_that_has_ended(
    university: University, administrator: Actor, make_post: MakePost
) -> None:
    client, post = await university.as_(administrator), make_post()
    async with receiving(Receiver()) as receiver:
        await create(client, f"http://{HOST}:{receiver.port}/")
        await post.emit()
        (job,) = await post.hand_over()
        assert administrator.account is not None
        post.owners_ended.add(administrator.account)
        assert await post.try_(job) == "done"
    assert receiver.received == []
    assert [(one.state, one.last_fault) for one in await deliveries(post)] == [("stopped", "owner-ended")]


async def test_nothing_is_sent_while_a_webhook_is_paused_or_after_it_was_deleted(
    university: University, administrator: Actor, make_post: MakePost
) -> None:
    client, post = await university.as_(administrator), make_post()
    async with receiving(Receiver()) as receiver:
        webhook = await create(client, f"http://{HOST}:{receiver.port}/")
        await post.emit()
        (job,) = await post.hand_over()
        changed = await client.patch(f"/v1/webhooks/{webhook}", json={"state": "paused"}, headers={"if-match": '"1"'})
        assert changed.status_code == 200
        assert await post.try_(job) == "done"
        assert [(one.state, one.last_fault) for one in await deliveries(post)] == [("stopped", "paused")]
        await post.emit()
        assert await post.hand_over() == [], "nothing is planned either"
        assert (await client.delete(f"/v1/webhooks/{webhook}", headers={"if-match": "*"})).status_code == 204
        assert await post.try_(job) == "done"
    assert receiver.received == []


async def test_each_webhook_is_told_of_its_own_events_since_it_was_made(
    university: University, administrator: Actor, make_post: MakePost, clock: StandingClock
) -> None:
    client, post = await university.as_(administrator), make_post()
    programme = new_id()
    await post.emit()
    clock.advance(seconds=1)
    everything = await create(client, f"http://{HOST}/a")
    one_programme = await create(client, f"http://{HOST}/b", subjects={"programme": str(programme)})
    await create(client, f"http://{HOST}/c", kinds=["class.closed"])
    await post.emit(programme=programme)
    await post.emit("account.ended")
    assert len(await post.hand_over()) == 2
    assert {str(one.webhook_id) for one in await deliveries(post)} == {everything, one_programme}


async def test_what_the_engine_forgot_is_asked_for_again(
    university: University, administrator: Actor, make_post: MakePost, clock: StandingClock
) -> None:
    client, post = await university.as_(administrator), make_post()
    await create(client, f"http://{HOST}/a")
    await post.emit()
    (job,) = await post.hand_over()
    assert await post.sweep() == [], "it may still be on its way"
    clock.advance(hours=1)
    assert await post.sweep() == [job]
    async with post.context.writing(JOB) as unit:
        await unit.session.execute(update(WebhookDeliveryRow).values(state="delivered"))
    assert await post.sweep() == []


# Where it may go


class Spy(httpx.AsyncBaseTransport):
    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(204)


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.1.2.3"], ["93.184.216.34", "192.168.0.1"], ["::1"], ["::ffff:169.254.169.254"]],
)
async def test_in_production_a_name_that_leads_into_a_private_network_gets_nothing(addresses: list[str]) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return addresses

    spy = Spy()
    sender = Sender(production=True, resolve=resolve, transport=spy)
    assert await sender.send(LETTER) == Outcome(Fault.ADDRESS_REFUSED)
    assert spy.requests == []
    await sender.close()


async def test_the_request_goes_to_the_address_that_was_judged() -> None:
    """A second look-up would get another answer: the name is looked up once."""
    answers = [["2606:2800:220:1::1"], ["127.0.0.1"]]

    async def resolve(host: str, port: int) -> list[str]:
        assert (host, port) == (HOST, 443)
        return answers.pop(0)

    spy = Spy()
    sender = Sender(production=True, resolve=resolve, transport=spy)
    assert await sender.send(LETTER) == Outcome(None, 204)
    (request,) = spy.requests
    assert str(request.url) == "https://[2606:2800:220:1::1]/hook?a=b"
    assert request.headers["host"] == HOST
    assert request.extensions["sni_hostname"] == HOST
    assert await sender.send(LETTER) == Outcome(Fault.ADDRESS_REFUSED)
    await sender.close()


async def test_an_address_that_was_stored_in_development_is_refused_in_production() -> None:
    spy = Spy()
    sender = Sender(production=True, resolve=resolve_to_here, transport=spy)
    assert await sender.send(Letter(f"http://{HOST}/", {}, b"")) == Outcome(Fault.ADDRESS_REFUSED)
    assert spy.requests == []
    await sender.close()


@pytest.mark.parametrize(("name", "fault"), [(HOST, None), ("other.example.org", Fault.TLS)])
async def test_the_certificate_must_be_the_one_of_the_name(tmp_path: Path, name: str, fault: Fault | None) -> None:
    trust = certify(name, tmp_path)
    sender = Sender(production=False, resolve=resolve_to_here, tls=trust.client)
    async with receiving(Receiver(), trust.server) as receiver:
        outcome = await sender.send(Letter(f"https://{HOST}:{receiver.port}/", {}, b""))
    await sender.close()
    assert outcome.fault == fault
    assert len(receiver.received) == (fault is None)


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    trust = certify(HOST, tmp_path)
    sender = Sender(production=False, resolve=resolve_to_here, tls=ssl.create_default_context())
    async with receiving(Receiver(), trust.server) as receiver:
        outcome = await sender.send(Letter(f"https://{HOST}:{receiver.port}/", {}, b""))
    await sender.close()
    assert outcome == Outcome(Fault.TLS)
    assert receiver.received == []


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving(Receiver()) as proxy, receiving(Receiver()) as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        sender = Sender(production=False, resolve=resolve_to_here)
        assert (await sender.send(Letter(f"http://{HOST}:{receiver.port}/", {}, b""))).fault is None
        await sender.close()
    assert proxy.received == []
