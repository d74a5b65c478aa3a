"""What a recording's markup says before any script has run."""

from functools import cache

import pytest
from lxml import html

from builder.model.captions import Captions, Cue
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag
from builder.publishing.recordings import group_cues, render_recording, write_time
from builder.publishing.requests import RecordingFiles
from tests.browser.media import recording_files, sound, video


@cache
def player(language: LanguageTag) -> html.HtmlElement:
    recording = video(language)
    return html.fragment_fromstring(
        render_recording(recording, recording_files(language)[recording.resource], language, 1, lambda path: path)
    )


def texts(tree: html.HtmlElement, xpath: str) -> list[str]:
    return [" ".join("".join(one.itertext()).split()) for one in tree.xpath(xpath)]


def test_the_page_says_who_answers_for_the_words() -> None:
    assert texts(player(KYRGYZ), "//ul[contains(@class, 'status')]/li") == [
        "Субтитр (кыргызча): программа жазган, адам азырынча текшере элек. Каталар болушу мүмкүн.",
        "Субтитр (орусча): адам текшерген.",
    ]
    assert texts(player(RUSSIAN), "//ul[contains(@class, 'status')]/li")[1] == (
        "Субтитры на английском: проверены человеком."
    )


def test_tracks_name_their_language_kind_and_state() -> None:
    tracks = player(KYRGYZ).xpath("//track")
    assert [(one.get("srclang"), one.get("kind"), one.get("label"), one.get("default")) for one in tracks] == [
        ("ky", "captions", "Кыргызча (текшериле элек)", ""),
        ("ru", "captions", "Русский", None),
    ]


def test_every_file_can_be_had() -> None:
    links = player(ENGLISH).xpath("//a")
    assert [(one.get("href").rpartition("/")[2], one.text.replace("\N{NO-BREAK SPACE}", " ")) for one in links] == [
        ("talk.normal.mp4", "Video, normal, MP4, 2.4 megabytes"),
        ("talk.small.mp4", "Video, small file for slow connections, MP4, 700 kilobytes"),
        ("talk.sign.mp4", "Sign-language video, MP4, 900 kilobytes"),
        ("talk.en.vtt", "Captions in English (VTT)"),
        ("talk.ru.vtt", "Captions in Russian (VTT)"),
        ("talk.en.txt", "Transcript (TXT)"),
    ]
    assert all(one.get("download") is not None for one in links)


def test_the_transcript_names_speakers_times_and_doubts() -> None:
    paragraphs = texts(player(RUSSIAN), "//*[@data-jetki-transcript]/p")
    assert paragraphs[0] == (
        "0:00 Бакыт: Здравствуйте! Сегодня мы поговорим о файлах. Что значит A < B & C? Спасибо. [неточно]"
    )
    assert paragraphs[1].startswith("0:06 Айгүл: Здравствуйте!")
    assert "«[неточно]»" in "".join(player(RUSSIAN).itertext())


def test_words_in_another_language_say_so() -> None:
    recording = sound(KYRGYZ)
    tree = html.fragment_fromstring(
        render_recording(recording, recording_files(KYRGYZ)[recording.resource], KYRGYZ, 1, lambda path: path)
    )
    assert tree.xpath("string(//*[@data-jetki-transcript]/@lang)") == "en"
    assert tree.xpath("//span[@class='jetki-unsure-mark']/@lang") == ["ky"]
    assert not player(KYRGYZ).xpath("//*[@data-jetki-transcript]/@lang")


def test_a_recording_without_words_is_said_to_have_none() -> None:
    recording = sound(ENGLISH)
    files = recording_files(ENGLISH)[recording.resource]
    bare = render_recording(
        type(recording)(recording.resource, recording.title, recording.kind, ENGLISH),
        RecordingFiles(files.sources),
        ENGLISH,
        1,
        lambda path: path,
    )
    assert "This recording has no captions yet." in bare
    assert "This recording has no transcript yet." in bare
    assert "data-jetki-transcript" not in bare


def test_an_authors_words_never_become_markup() -> None:
    captions = Captions(ENGLISH, (Cue(0, 900, '</span><img src=x onerror="x">', "<b>"),))
    recording = type(video(ENGLISH))("media/talk.mp4", "<i>", video(ENGLISH).kind, ENGLISH, captions=(captions,))
    tree = html.fragment_fromstring(
        render_recording(recording, recording_files(ENGLISH)["media/talk.mp4"], ENGLISH, 1, lambda path: path)
    )
    assert not tree.xpath("//img | //i | //b")
    assert tree.xpath("//span[@data-cue]")[0].text == '</span><img src=x onerror="x">'


@pytest.mark.parametrize(("time_ms", "written"), [(0, "0:00"), (61_999, "1:01"), (3_600_000, "1:00:00")])
def test_times_are_written_as_players_write_them(time_ms: int, written: str) -> None:
    assert write_time(time_ms) == written


def test_a_long_speech_has_paragraphs() -> None:
    cues = tuple(Cue(at * 3_000, at * 3_000 + 2_900, f"Part {at}" + ("." if at % 4 == 3 else "")) for at in range(40))
    paragraphs = group_cues(Captions(ENGLISH, cues))
    assert [cue for one in paragraphs for cue in one] == list(cues)
    assert 3 <= len(paragraphs) <= 6
    assert all(one[-1].text.endswith(".") for one in paragraphs[:-1])
