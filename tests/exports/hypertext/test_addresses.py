"""Addresses on the site, as forms that are read elsewhere give them."""

import pytest

from builder.exports.addresses import web_address
from builder.model.document import CourseTarget, LessonTarget, ResourceTarget, WebTarget
from builder.model.language import KYRGYZ, RUSSIAN
from builder.publishing.paths import site_path_of

TARGETS = (
    LessonTarget("course", "files", KYRGYZ),
    LessonTarget("course", "files", RUSSIAN, variant="easy"),
    CourseTarget("course", RUSSIAN),
    ResourceTarget("course", "media/disk.svg"),
    ResourceTarget("course", "table.csv"),
)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("site", ["https://example.org", "https://example.org/"])
def test_addresses_are_where_the_site_has_its_pages(
    target: LessonTarget | CourseTarget | ResourceTarget, site: str
) -> None:
    assert web_address(target, site) == f"https://example.org/{site_path_of(target)}"


@pytest.mark.parametrize("target", TARGETS)
def test_nobody_knows_an_address_of_a_site_that_has_none(
    target: LessonTarget | CourseTarget | ResourceTarget,
) -> None:
    assert web_address(target, "") is None


def test_an_anchor_and_foreign_letters_are_encoded() -> None:
    address = web_address(LessonTarget("course", "үй", KYRGYZ, "максаты"), "https://example.org")
    assert address == (
        "https://example.org/ky/course/%D2%AF%D0%B9/index.html#%D0%BC%D0%B0%D0%BA%D1%81%D0%B0%D1%82%D1%8B"
    )


def test_an_address_outside_stays_as_it_is() -> None:
    assert web_address(WebTarget("https://example.org/?a=1"), "") == "https://example.org/?a=1"
