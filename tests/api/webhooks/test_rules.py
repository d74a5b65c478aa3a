"""What is told to whom, how it is signed, where nothing is sent."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domains.webhooks.rules import (
    PACE,
    UnfitUrl,
    asked_pause,
    body_of,
    check_url,
    is_public,
    is_told,
    show_secret,
    signed_headers,
)

EVENT = UUID("0198f6a0-0000-7000-8000-000000000001")
PERSON = UUID("0198f6a0-0000-7000-8000-000000000002")
NOW = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kinds", "subjects", "expected"),
    [
        (["enrolment.withdrawn"], {}, True),
        (["enrolment.*"], {}, True),
        (["enrolment.made"], {}, False),
        (["enrol.*"], {}, False),
        (["enrolment.*"], {"class": "a"}, True),
        (["enrolment.*"], {"class": "b"}, False),
        (["enrolment.*"], {"class": "a", "programme": "x"}, False),
        ([], {}, False),
    ],
)
def test_a_webhook_is_told_of_its_kinds_and_subjects_only(
    kinds: list[str], subjects: dict[str, str], expected: bool
) -> None:
    assert is_told(kinds, subjects, "enrolment.withdrawn", {"class": "a"}) is expected


def test_nobody_is_told_of_webhooks() -> None:
    assert not is_told(["webhook.*", "webhook.redelivery-asked"], {}, "webhook.redelivery-asked", {})


def test_what_only_makes_mails_is_told_to_nobody() -> None:
    for kind in ("task.told", "class-result.outdated"):
        assert not is_told([kind, f"{kind.partition('.')[0]}.*"], {}, kind, {})


def test_nobody_is_told_that_somebody_needs_another_form() -> None:
    for kind in ("attempt-start.blocked", "item-rendition.ordered", "accommodation-plan.activated"):
        assert not is_told([kind, f"{kind.partition('.')[0]}.*"], {}, kind, {})


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "0.0.0.0", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)  # fmt: skip
def test_addresses_of_private_networks_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"]
)
def test_addresses_of_the_internet_are_accepted(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="127.0.0.0/8"))
def test_no_disguise_makes_a_private_address_public(address: object) -> None:
    number = int(address)  # type: ignore[call-overload]  # an IPv4Address
    for disguise in (f"::ffff:{address}", f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}"):
        assert not is_public(disguise)
    for host in (str(number), hex(number), f"{number >> 24}.{number & 0xFFFFFF}"):
        with pytest.raises(UnfitUrl):
            check_url(f"https://{host}/", production=True)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://receiver.example.org/a?b=c", None),
        ("https://receiver.example.org:8443", None),
        ("https://93.184.216.34/", None),
        ("http://receiver.example.org/", "url-not-https"),
        ("https://localhost/", "url-not-public"),
        ("https://db.internal/", "url-not-public"),
        ("https://printer.local/", "url-not-public"),
        ("https://127.0.0.1/", "url-not-public"),
        ("https://[::1]/", "url-not-public"),
        ("https://[::ffff:10.0.0.1]/", "url-not-public"),
        ("https://2130706433/", "url-not-public"),
        ("https://127.1/", "url-not-public"),
        ("https://0x7f.1/", "url-not-public"),
        ("https://0177.0.0.1/", "url-not-public"),
        ("https://user:word@receiver.example.org/", "url-with-extras"),
        ("https://receiver.example.org@10.0.0.1/", "url-with-extras"),
        ("https://receiver.example.org/#part", "url-with-extras"),
        ("ftp://receiver.example.org/", "url-wrong-form"),
        ("file:///etc/passwd", "url-wrong-form"),
        ("https://", "url-wrong-form"),
        ("https://[::1/", "url-wrong-form"),
        ("https://receiver.example.org:99999/", "url-wrong-form"),
        ("https://receiver.example.org:0/", "url-wrong-form"),
        ("https://receiver.example.org\\@10.0.0.1/", "url-wrong-form"),
        ("https://receiver.example.org/\r\nHost: x", "url-wrong-form"),
        ("https://окуу.кг/", "url-wrong-form"),
    ],
)
def test_addresses_that_may_not_be_targets_are_named(url: str, code: str | None) -> None:
    if code is None:
        assert check_url(url, production=True).scheme == "https"
        return
    with pytest.raises(UnfitUrl) as refused:
        check_url(url, production=True)
    assert refused.value.code == code


def test_a_developer_may_use_the_own_machine() -> None:
    assert check_url("http://localhost:8000/hook", production=False).port == 8000


def test_what_is_sent_holds_ids_only() -> None:
    body = body_of(EVENT, "enrolment.withdrawn", NOW, {"class": str(EVENT)}, PERSON)
    assert json.loads(body) == {
        "id": str(EVENT),
        "kind": "enrolment.withdrawn",
        "happened_at": "2026-09-01T04:00:00+00:00",
        "ids": {"class": str(EVENT), "person": str(PERSON)},
    }


def test_the_signature_is_the_one_of_the_standard() -> None:
    """The example of the specification (standard-webhooks, spec/standard-webhooks.md), with its published secret."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert show_secret(secret) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    content = b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}'
    expected = base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode()
    assert expected == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    headers = signed_headers(EVENT, b"{}", [secret, b"old"], NOW)
    signatures = headers["webhook-signature"].split()
    assert [one.split(",")[0] for one in signatures] == ["v1", "v1"]
    signed = f"{EVENT}.{headers['webhook-timestamp']}.{{}}".encode()
    for one, key in zip(signatures, (secret, b"old"), strict=True):
        assert one.split(",")[1] == base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


@given(st.binary(), st.binary(), st.datetimes(datetime(2020, 1, 1), timezones=st.just(UTC)))
def test_another_body_or_moment_has_another_signature(one: bytes, other: bytes, now: datetime) -> None:
    key = [b"secret"]
    same = signed_headers(EVENT, one, key, now)
    assert (same == signed_headers(EVENT, other, key, now)) == (one == other)
    later = signed_headers(EVENT, one, key, now + timedelta(seconds=1))
    assert later["webhook-signature"] != same["webhook-signature"]


def test_attempts_go_on_for_about_a_day() -> None:
    pauses = [pause for number in range(1, 20) if (pause := PACE.pause_after(number))]
    assert timedelta(hours=24) < sum(pauses, timedelta()) < timedelta(hours=25)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("999999", 14400), ("0", None), ("-5", None), ("soon", None), ("٣", None), (None, None)],
)
def test_a_receiver_may_ask_for_a_pause_of_four_hours_at_most(header: str | None, seconds: int | None) -> None:
    assert asked_pause(header) == (None if seconds is None else timedelta(seconds=seconds))
