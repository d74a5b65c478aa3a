import io

import pytest

from builder.command.console import Talk
from builder.command.wording import Wording
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def plain(clock: Clock, language: LanguageTag = ENGLISH) -> tuple[Talk, io.StringIO]:
    said = io.StringIO()
    talk = Talk(Wording(language), plain=True, out=io.StringIO(), problems=said, clock=clock)
    talk.stage("formats")
    return talk, said


def lines(said: io.StringIO) -> list[str]:
    return said.getvalue().splitlines()[1:]  # the first names the step


def test_plain_progress_speaks_at_every_fifth_of_the_work() -> None:
    talk, said = plain(Clock())
    for done in range(101):
        talk.progress(done, 100, "lesson.md")
    assert lines(said) == [f"Making formats: {percent} %" for percent in (20, 40, 60, 80)]


def test_plain_progress_tells_the_time_left_if_it_can_be_known() -> None:
    talk, said = plain(Clock())
    talk.progress(30, 100, "lesson.md", 200)
    assert lines(said) == ["Making formats: 30 %, about 4 min left"]


def test_long_silence_is_broken_less_and_less_often() -> None:
    clock = Clock()
    talk, said = plain(clock)
    spoken_after: list[int] = []
    for second in range(1, 200):
        clock.seconds += 1
        before = len(lines(said))
        talk.progress(1, 100, "lesson.md")
        if len(lines(said)) > before:
            spoken_after.append(second)
    assert spoken_after == [10, 30, 70, 130, 190]
    assert set(lines(said)) == {"Making formats: 1 %, still working"}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (10, "about 10 s left"),
        (11, "about 15 s left"),
        (58, "about 1 min left"),
        (61, "about 2 min left"),
        (3590, "about 1 h left"),
        (3700, "about 1 h 2 min left"),
        (9000, "about 2 h 30 min left"),
        (9060, "about 2 h 45 min left"),
    ],
)
def test_time_left_says_no_more_than_an_estimate_can_know(seconds: float, text: str) -> None:
    talk, said = plain(Clock())
    talk.progress(30, 100, "lesson.md", seconds)
    assert lines(said) == [f"Making formats: 30 %, {text}"]


@pytest.mark.parametrize(
    ("language", "text"), [(KYRGYZ, "болжол менен 4 мүн калды"), (RUSSIAN, "осталось примерно 4 мин")]
)
def test_time_left_in_the_readers_language(language: LanguageTag, text: str) -> None:
    talk, said = plain(Clock(), language)
    talk.progress(30, 100, "lesson.md", 200)
    assert lines(said)[0].endswith(text)


def test_a_short_wait_is_not_estimated() -> None:
    talk, said = plain(Clock())
    talk.progress(30, 100, "lesson.md", 3)
    assert lines(said) == ["Making formats: 30 %"]
