"""Files of authors: every fault has its line and column, nothing is raised, words are kept where they can be."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.messages.finding_text import placeholders, rule_texts
from builder.model.finding import Finding, Severity
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN
from media_pipeline.captions import read_vtt

GOOD = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nHello, everybody\n"


def _findings(text: str, path: str = "lecture.en.vtt") -> list[tuple[int, str, str]]:
    _, findings = read_vtt(text.encode(), path)
    return [(one.line, one.values.get("column", ""), one.rule) for one in findings]


def _body(text: str) -> str:
    return "WEBVTT\n\n" + text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD, []),
        (
            "1\n00:00:01,000 --> 00:00:03,000\nHello\n",
            [(1, "1", "caption-header-missing"), (2, "1", "caption-time-garbled"), (2, "18", "caption-time-garbled")],
        ),
        (
            "WEBVTTx\n\n00:01.000 --> 00:03.000\nHello\n",
            [(1, "1", "caption-header-missing"), (1, "1", "caption-text-without-time")],
        ),
        (_body("00:03.000 --> 00:01.000\nHello\n\n00:05.000 --> 00:07.000\nB\n"), [(3, "1", "caption-reversed")]),
        (_body("00:03.000 --> 00:03.000\nHello\n\n00:05.000 --> 00:07.000\nB\n"), [(3, "1", "caption-reversed")]),
        (_body("00:01.000 --> 00:04.000\nA\n\n00:03.500 --> 00:06.000\nB\n"), [(6, "1", "caption-overlap")]),
        (_body("00:05.000 --> 00:07.000\nA\n\n00:01.000 --> 00:03.000\nB\n"), [(6, "1", "caption-out-of-order")]),
        (_body("00:01.000 --> soon\nA\n\n00:05.000 --> 00:07.000\nB\n"), [(3, "15", "caption-time-garbled")]),
        (
            _body("  0:99.000 --> 00:07.000\nA\n\n00:08.000 --> 00:09.500\nB\n"),
            [(3, "3", "caption-reversed"), (3, "3", "caption-time-garbled")],
        ),
        (_body("00:01.000 -->\nA\n\n00:05.000 --> 00:07.000\nB\n"), [(3, "14", "caption-time-garbled")]),
        (_body("00:01.000 --> 00:03.000\n\n00:05.000 --> 00:07.000\nB\n"), [(3, "1", "caption-cue-empty")]),
        (_body("Hello there\n\n00:05.000 --> 00:07.000\nB\n"), [(3, "1", "caption-text-without-time")]),
        (_body("00:01.000 --> 00:03.000\nA\n00:05.000 --> 00:07.000\nB\n"), [(5, "1", "caption-blank-line-missing")]),
        (_body("00:01.000 --> 00:03.000\na < b\n"), [(4, "3", "caption-sign-unescaped")]),
        (
            _body("00:01.000 --> 00:03.000\nab\nc <font color=red>d</font>\n"),
            [(5, "3", "caption-tag-unknown"), (5, "20", "caption-tag-unknown")],
        ),
        (_body("STYLE\n::cue {}\n\n00:01.000 --> 00:03.000\nA\n"), [(3, "1", "caption-style-ignored")]),
        (_body("00:01.000 --> 00:06.000\n" + "ab " * 15 + "\n"), [(4, "1", "caption-line-too-long")]),
        (_body("00:01.000 --> 00:06.000\na\nb\nc\n"), [(6, "1", "caption-too-many-lines")]),
        (_body("00:01.000 --> 00:02.000\nabcdefghijklmnopqrstu\n"), [(3, "1", "caption-too-fast")]),
        (_body("00:01.000 --> 00:01.900\nab\n"), [(3, "1", "caption-too-short")]),
        (_body("00:01.000 --> 00:08.100\nab\n"), [(3, "1", "caption-too-long")]),
        (_body("00:01.000 --> 00:03.000\nA\n\n00:03.010 --> 00:05.000\nB\n"), [(6, "1", "caption-gap-short")]),
        ("WEBVTT\n", [(1, "1", "caption-file-empty")]),
        ("", [(1, "1", "caption-file-empty"), (1, "1", "caption-header-missing")]),
        (
            "WEBVTT Kind: captions; Language: klingon\n\n00:01.000 --> 00:03.000\nA\n",
            [(1, "1", "caption-language-unknown")],
        ),
        (
            "WEBVTT\nKind: captions\nLanguage: ru\n\n00:01.000 --> 00:03.000\nA\n",
            [(1, "1", "caption-language-differs")],
        ),
    ],
)
def test_a_fault_is_told_with_line_and_column(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert _findings(text) == expected


def test_a_language_that_nobody_names_is_an_error() -> None:
    captions, (finding,) = read_vtt(GOOD.encode(), "lecture.vtt")
    assert finding.rule == "caption-language-missing" and finding.severity is Severity.ERROR
    assert captions and captions.language == "und"


def test_the_name_of_the_file_tells_the_language_before_the_file_does() -> None:
    captions, _ = read_vtt(b"WEBVTT Language: ru\n\n00:01.000 --> 00:03.000\nA\n", "media/lecture 1.ky.vtt")
    assert captions and captions.language == KYRGYZ


def test_the_header_lines_of_other_programs_are_understood() -> None:
    captions, findings = read_vtt(
        b"\xef\xbb\xbfWEBVTT - lecture\r\nKind: subtitles\r\nLanguage: ru\r\n\r\n00:01.000 --> 00:03.000\r\nA\r\n",
        "a.vtt",
    )
    assert captions and (captions.language, captions.kind.value) == (RUSSIAN, "subtitles")
    assert findings == ()


def test_a_file_in_another_encoding_names_the_first_place() -> None:
    captions, (finding,) = read_vtt("WEBVTT\r\n\r\nСалам".encode("cp1251"), "a.ky.vtt")
    assert captions is None
    assert (finding.rule, finding.line, finding.values["column"]) == ("caption-not-utf8", 3, "1")


def test_tags_go_and_words_stay() -> None:
    words = "<v.loud Асан &amp; Co>Мында <i>эки</i> <c.red>сөз</c><00:02.000> &lt;тег&gt;"
    text = f"00:01.000 --> 00:06.000 align:start\n{words}\n"
    captions, findings = read_vtt(_body(text).encode(), "a.ky.vtt")
    assert findings == ()
    assert captions and captions.cues[0].text == "Мында эки сөз <тег>"
    assert captions.cues[0].speaker == "Асан & Co"


def test_two_speakers_in_one_cue_are_both_named() -> None:
    captions, _ = read_vtt(
        _body("00:01.000 --> 00:04.000\n<v Асан>Барабы?</v>\n<v Айгүл>Барат.</v>\n").encode(), "a.ky.vtt"
    )
    assert captions and (captions.cues[0].text, captions.cues[0].speaker) == ("Асан: Барабы?\nАйгүл: Барат.", "")


def test_an_unescaped_sign_hides_no_words() -> None:
    captions, _ = read_vtt(_body("00:01.000 --> 00:04.000\nif a <b and c\n").encode(), "a.en.vtt")
    assert captions and captions.cues[0].text == "if a <b and c"


def test_out_of_order_cues_come_back_in_order() -> None:
    captions, _ = read_vtt(_body("00:05.000 --> 00:07.000\nB\n\n00:01.000 --> 00:03.000\nA\n").encode(), "a.en.vtt")
    assert captions and [cue.text for cue in captions.cues] == ["A", "B"]


def test_a_file_of_garbage_does_not_flood_the_report() -> None:
    _, findings = read_vtt(("WEBVTT\n\n" + "garbage\n\n" * 5000).encode(), "a.en.vtt")
    more = [one for one in findings if one.rule == "caption-and-more"]
    assert len(findings) < 30
    assert [one.values["count"] for one in more] == ["4980"]


def test_a_very_large_file_is_refused_unread() -> None:
    captions, (finding,) = read_vtt(b"WEBVTT\n\n" + b"a" * 5_000_000, "a.en.vtt")
    assert captions is None and finding.rule == "caption-file-too-large"


@pytest.mark.parametrize("filler", ["<", "<v ", "&", "-->\n", "\n\n00:01.000 --> 00:03.000\n", "<a", "&#9999"])
def test_garbage_takes_time_in_proportion_to_its_size(filler: str) -> None:
    begin = time.process_time()
    read_vtt(_body("00:01.000 --> 00:03.000\n" + filler * (400_000 // len(filler))).encode(), "a.en.vtt")
    assert time.process_time() - begin < 20


def _texts_are_filled(findings: tuple[Finding, ...]) -> bool:
    return all(placeholders(rule_texts()[one.rule][ENGLISH]) <= set(one.values) for one in findings)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    for start in (b"", b"WEBVTT\n\n", b"WEBVTT\n\n00:01.000 --> 00:03.000\n"):
        _, findings = read_vtt(start + data, "a.en.vtt")
        assert _texts_are_filled(findings)


_PIECES = st.sampled_from(
    [
        *("WEBVTT", "\n", "\n\n", "\r", "\0", "\u2028", "\x85", " ", ";", "text"),
        *("00:00:01.000", "00:03.000", " --> ", "-->", "99999999999:00:00.000", "００:０１.０００"),
        *("NOTE", "STYLE", "<v A>", "<", ">", "&#", "&amp;", "</i>", "&#" + "9" * 5000 + ";"),
        *("jetki reviewed: no", "jetki unsure", "Language: "),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=30).map("".join), st.sampled_from(["a.vtt", "a.ky.vtt", "", "..", "a..vtt"]))
def test_no_half_right_file_makes_it_raise(text: str, path: str) -> None:
    captions, findings = read_vtt(text.encode(), path)
    assert _texts_are_filled(findings)
    assert captions is not None or any(one.severity is Severity.ERROR for one in findings)
    if captions:
        assert all(cue.text and cue.start_ms < cue.end_ms for cue in captions.cues)
        assert list(captions.cues) == sorted(captions.cues, key=lambda one: one.start_ms)
