"""What a login and a password look like, how waits grow, whose page it was."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domains.access import rules
from api.domains.access.rules import Limit, fold_login, fold_password, granted_roles, is_own_origin, password_fault
from api.identity import STAFF, AccountKind, HeldRole, Role, Scope
from api.ids import new_id

LIMITS = [one for one in vars(rules).values() if isinstance(one, Limit)]


@given(st.text(max_size=40))
def test_a_folded_login_stays_as_it_is(text: str) -> None:
    assert fold_login(fold_login(text)) == fold_login(text)


@given(st.text(max_size=40))
def test_case_and_width_do_not_make_another_login(text: str) -> None:
    assert fold_login(text.upper().lower()) == fold_login(fold_login(text).upper().lower())
    assert fold_login(f"  {text} ") == fold_login(text)


@pytest.mark.parametrize("text", ["ASANOV", "Asanov", "ａｓａｎｏｖ", " asanov\t"])
def test_one_login_has_many_spellings(text: str) -> None:
    assert fold_login(text) == "asanov"


@pytest.mark.parametrize(
    "text", ["ab", ".asanov", "asanov bakyt", "a\u200bsanov", "", "-root", "a" * 129, "a/b/c", "<b>x</b>"]
)
def test_what_is_no_login(text: str) -> None:
    assert not rules.is_login(fold_login(text))


@pytest.mark.parametrize("text", ["u123456789", "b.asanov@university.kg", "өмүрбек", "a-b_c+1"])
def test_what_is_a_login(text: str) -> None:
    assert rules.is_login(fold_login(text))


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("elevenchars", "password-too-short"),
        ("ﬃ" * 4, "password-too-common"),
        ("x" * 257, "password-too-long"),
        ("bakyt.asanov", "password-is-login"),
        ("Bakyt.Asanov2026!", "password-is-login"),
        ("Password2026!", "password-too-common"),
        ("ＰＡＳＳＷＯＲＤ２０２６", "password-too-common"),
        ("qwertyuiopas", "password-too-common"),
        ("йцукенгшщзхъ", "password-too-common"),
        ("сырсөзсырсөз1", "password-too-common"),
        ("student-university", "password-too-common"),
        ("199912311999", "password-too-common"),
        ("+996 555 123 456", "password-too-common"),
        ("абвабвабвабв", "password-too-common"),
        ("тоо жана көл 1864", None),
        ("correct horse battery", None),
        ("passwordless zebra crossing", None),
        ("🐎🔋🐎📎тоо-көл 9", None),
    ],
)
def test_passwords_that_everybody_tries_first_are_refused(password: str, fault: str | None) -> None:
    assert password_fault(fold_password(password), "bakyt.asanov") == fault


@given(st.text(max_size=60), st.text(max_size=20))
def test_what_is_taken_as_a_password_is_long_and_not_the_login(password: str, login: str) -> None:
    folded = fold_password(password)
    if password_fault(folded, fold_login(login)) is None:
        assert len(folded) >= rules.SHORTEST_PASSWORD
        assert fold_login(folded) != fold_login(login)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda one: one.name)
@given(tries=st.integers(1, 10_000))
def test_waits_grow_and_end(limit: Limit, tries: int) -> None:
    now, later = limit.wait_after(tries), limit.wait_after(tries + 1)
    assert timedelta() <= now <= later <= limit.longest_wait
    assert (now == timedelta()) == (tries < limit.free)


def test_there_are_limits_to_test() -> None:
    assert len(LIMITS) == len({one.name for one in LIMITS}) == 9


held_roles = st.lists(
    st.builds(HeldRole, st.sampled_from(Role), st.sampled_from(Scope), st.just(frozenset({new_id()}))), max_size=6
).map(tuple)


@given(held_roles, st.sampled_from([AccountKind.PERMANENT, AccountKind.TEMPORARY]), st.booleans(), st.booleans())
def test_no_account_gains_by_lacking_something(
    roles: tuple[HeldRole, ...], kind: AccountKind, has_one: bool, is_production: bool
) -> None:
    counting = granted_roles(roles, kind, has_second_factor=has_one, is_production=is_production)
    assert set(counting) <= set(roles)
    if kind is AccountKind.TEMPORARY:
        assert all(one.role is Role.STUDENT and one.scope is not Scope.UNIVERSITY for one in counting)
    elif has_one or not is_production:
        assert counting == roles
    else:
        assert counting == tuple(one for one in roles if one.role not in STAFF)


OURS = frozenset({"https://portal.university.kg"})


@pytest.mark.parametrize(
    ("origin", "fetch_site", "is_ours"),
    [
        ("https://portal.university.kg", None, True),
        ("https://portal.university.kg", "same-site", True),
        ("http://portal.university.kg", None, False),
        ("https://portal.university.kg.evil.example", None, False),
        ("https://portal.university.kg:8443", None, False),
        ("https://evil.example", "same-origin", False),
        ("null", None, False),
        ("", None, False),
        ("http://[", None, False),
        (None, "same-origin", True),
        (None, "same-site", False),
        (None, "cross-site", False),
        (None, "none", False),
        (None, None, None),
    ],
)
def test_whose_page_it_was(origin: str | None, fetch_site: str | None, is_ours: bool | None) -> None:
    assert is_own_origin(origin, fetch_site, "portal.university.kg", OURS, is_production=True) is is_ours


def test_in_development_the_host_that_is_asked_is_ours() -> None:
    assert is_own_origin("http://localhost:8765", None, "localhost:8765", OURS, is_production=False) is True
    assert is_own_origin("http://localhost:8766", None, "localhost:8765", OURS, is_production=False) is False
    assert is_own_origin("http://localhost:8765", None, "localhost:8765", OURS, is_production=True) is False


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://portal.university.kg/api", "https://portal.university.kg"),
        ("https://portal.university.kg:443", "https://portal.university.kg"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://[::1]:80/", "http://[::1]"),
    ],
)
def test_origin_of_an_address(url: str, origin: str) -> None:
    assert rules.origin_of(url) == origin
