"""Sound by the voice that jetki.py hands in, and braille, made and read back."""

from pathlib import Path
from uuid import UUID

import pytest

from api.domains.items import service
from api.domains.items.documents import make_document
from api.domains.items.jobs import make_rendition
from api.domains.items.service import RenditionFormat
from builder.exports.braille import braille_to_text
from jetki import make_narrator
from media_pipeline.audio import MediaKind, probe
from media_pipeline.speech.narration import write_script
from tests.api.conftest import University
from tests.api.items.samples import JOB, OFFICE
from tests.api.items.test_renditions import EVERY, narrated_by, order, ordered_jobs, stage

pytestmark = pytest.mark.anyio
PROJECT = Path(__file__).parents[3]


@pytest.fixture
def backend() -> str:
    """Of the test below: sound and braille do not depend on the database."""
    return "sqlite"


async def test_real_braille_and_real_sound_say_the_question(university: University) -> None:
    """The voice is the one that jetki.py hands in; braille is read back by the tables it was written with."""
    context = narrated_by(university.context, make_narrator(PROJECT))
    _, id_ = await stage(university, prompt={"ky": "Теңдеме: $x^2 = 9$?", "ru": "?", "en": "?"})
    await order(context, id_, RenditionFormat.SPOKEN, RenditionFormat.BRAILLE)
    for rendition in (await ordered_jobs(context)).values():
        await make_rendition(context, rendition)
    async with context.reading(JOB) as unit:
        given = {one.format: one for one in await service.rendition_files(unit, [UUID(id_)], "ky", EVERY)}
    office = await university.as_(OFFICE)

    braille = (await office.get(f"/v1/item-renditions/{given[RenditionFormat.BRAILLE].id}/file")).content
    text = braille_to_text(braille, "ky").casefold()  # type: ignore[arg-type]  # a tag
    assert "теңдеме" in text and "бир туура жоопту тандаңыз" in text
    assert all(f"{label}) " in text for label in "абв")

    async with context.reading(JOB) as unit:
        version = (await service.versions(unit, [UUID(id_)]))[UUID(id_)]
    order_of_choices = service.printed_order(version.content, version.id)
    document = make_document("q", version.content, "ky", version.points, order_of_choices, is_spoken=True)
    words = " ".join(
        part.text for chunk in write_script(document).chunks for one in chunk.utterances for part in one.parts
    )
    assert "икс квадрат барабар тогуз" in words
    assert all(f"{label} жообу: " in words for label in ("А", "бэ", "вэ"))

    sound = given[RenditionFormat.SPOKEN]
    assert sound.duration_ms is not None and sound.duration_ms > 8_000
    heard = (await office.get(f"/v1/item-renditions/{sound.id}/file")).content
    path = context.settings.data / "heard.mp3"
    path.write_bytes(heard)
    facts = probe(path)
    assert facts.kind is MediaKind.AUDIO and abs(facts.duration_ms - sound.duration_ms) < 200
