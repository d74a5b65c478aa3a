"""Speech as recognition would give it, and Hypothesis strategies for it. All texts were written for these tests."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from builder.model.captions import CaptionKind, CaptionOrigin, Captions, Cue
from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, SITE_LANGUAGES, LanguageTag
from media_pipeline.captions import TimedWord

LECTURES = {
    KYRGYZ: (
        "Бүгүн биз компьютердин эс тутуму кандай түзүлгөнү жана программалардын иштөө ылдамдыгы эмне үчүн ага көз "
        "каранды экени жөнүндө сүйлөшөбүз. Процессор буйруктарды оперативдик эс тутумдан окуйт, бирок ал процессордун "
        "өзүнөн алда канча жай иштейт. Ошондуктан алардын ортосуна кэш коюлат, башкача айтканда, көлөмү 32 КБ болгон "
        "чакан жана абдан тез эс тутум менен иштейт. Программа бир эле маалыматты бат-бат сураса, жооп кэштен келет "
        "да, убакыт үнөмдөлөт. Эгер маалымат кэште жок болсо, процессор күтүп турууга аргасыз болот. Мисалы, чоң "
        "массивди тилке боюнча эмес, сап боюнча окуу бир нече эсе тез болушу мүмкүн, анткени коңшу сандар чогуу келет."
    ),
    RUSSIAN: (
        "Сегодня мы поговорим о том, как устроена память компьютера и почему от неё зависит скорость работы программ. "
        "Процессор читает команды из оперативной памяти, но она гораздо медленнее, чем сам процессор. Поэтому между "
        "ними ставят кэш, то есть небольшую и очень быструю память объёмом 32 КБ или больше. В 1965 году Гордон Мур и "
        "А. С. Петров, работавшие в разных странах, заметили, что число транзисторов растёт вдвое каждые два года. "
        "Если же данных в кэше нет, процессор вынужден ждать, и для программы это означает потерю времени. Не забудьте "
        "проверить, читает ли ваш цикл соседние числа подряд или прыгает по массиву без всякого порядка."
    ),
    ENGLISH: (
        "Today we will talk about how the memory of a computer is organised and why the speed of programs depends on "
        "it. The processor reads instructions from main memory, but memory is much slower than the processor itself. "
        "For this reason a cache is put between them, that is a small and very fast memory of 32 KB or more. If the "
        "data is not in the cache, the processor has to wait, and for the program this means a loss of time. Check "
        "whether your loop reads the numbers one after the other or jumps through the array without any order."
    ),
}


def speak(
    text: str, characters_per_second: float, start_ms: int = 0, speaker: str = "", confidence: float = 0.9
) -> list[TimedWord]:
    """The words of a text as somebody says them who pauses at full stops and commas."""
    words: list[TimedWord] = []
    for part in text.split():
        end_ms = start_ms + int(len(part) * 1000 / characters_per_second)
        words.append(TimedWord(part, start_ms, end_ms, confidence, speaker))
        pause = 400 if part[-1] in ".!?" else 150 if part[-1] in ",:;" else 0
        start_ms = end_ms + int(1000 / characters_per_second) + pause
    return words


LANGUAGES: SearchStrategy[LanguageTag] = st.sampled_from(SITE_LANGUAGES)
_VOCABULARY = {language: tuple(text.split()) for language, text in LECTURES.items()}
_ODD = st.text(st.characters(codec="utf-8"), max_size=12)
_LONG = st.text("абвгдеёжзиклмноөпрстуүabcdeo/.-", min_size=30, max_size=150)


@st.composite
def spoken(draw: DrawFn, language: LanguageTag) -> list[TimedWord]:
    """Anything from a calm lecture to words on top of each other, with silences, speakers and sounds."""
    usual = st.sampled_from(_VOCABULARY[language])
    texts = draw(st.lists(st.one_of(usual, usual, usual, usual, _LONG, _ODD), max_size=60))
    speed = draw(st.sampled_from((8, 14, 18, 25, 60, 1000)))
    people = draw(st.sampled_from((("",), ("", "Айгүл"), ("Асан", "Үсөн", "Очень Длинное Имя Отчество и Фамилия"))))
    now = draw(st.integers(0, 3000))
    words: list[TimedWord] = []
    for text in texts:
        now += draw(st.sampled_from((0, 0, 0, 50, 200, 900, 1600, 6000)))
        length = int(max(1, len(text)) * 1000 / speed)
        speaker = people[draw(st.integers(0, 9)) % len(people)]
        confidence = draw(st.sampled_from((0.9, 0.9, 0.9, 0.1, float("nan"), 7.0)))
        words.append(TimedWord(text, now, now + length, confidence, speaker, text.startswith("[")))
        now += length
    return words


@st.composite
def any_words(draw: DrawFn) -> tuple[list[TimedWord], LanguageTag]:
    language = draw(LANGUAGES)
    return draw(spoken(language)), language


@st.composite
def any_captions(draw: DrawFn) -> Captions:
    """Captions with text that WebVTT must escape, names, doubts, both kinds and origins."""
    text = st.text(st.one_of(st.sampled_from("аө&<>-: \n‐"), st.characters(codec="utf-8")), max_size=30)
    cues: list[Cue] = []
    now = 0
    for part in draw(
        st.lists(st.one_of(text, st.sampled_from(("a --> b", "NOTE", "<v A>", "A: b", "&lt;"))), max_size=8)
    ):
        now += draw(st.integers(80, 4_000_000))
        length = draw(st.integers(1000, 7000))
        speaker = draw(st.sampled_from(("", "", "A", "Айгүл", "R&D <x>", " B  C ")))
        cues.append(Cue(now, now + length, part, speaker, draw(st.booleans())))
        now += length
    return Captions(
        draw(LANGUAGES),
        tuple(cues),
        draw(st.sampled_from(CaptionOrigin)),
        draw(st.sampled_from(CaptionKind)),
    )


def said(words: Sequence[TimedWord]) -> str:
    return " ".join(word.text for word in words)
