"""Sentences that recognition models are known to invent where nobody speaks: data.

Sources: the facts measured for this project (30 s of digital silence gave the first Russian line); the public
discussion openai/whisper#928 and the lists that open projects keep (Vexa-ai/vexa, JSchmie/ScrAIbe); Barański et al.,
"Investigation of Whisper ASR Hallucinations Induced by Non-Speech Audio" (2025). Stock Whisper has no Kyrgyz: models
that were trained further for it inherit Russian and Turkish lines, and the Kyrgyz ones are our translations of these.
Sentences that lecturers do say («Спасибо за внимание») are left out on purpose.

Words are in the form of `guards.word_key`; `NAME` stands for a person's name with or without initials.
"""

from collections.abc import Mapping
from typing import Final

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag

NAME: Final = "*"

Phrase = tuple[str, ...]


def _phrases(text: str) -> tuple[Phrase, ...]:
    return tuple(tuple(line.split()) for line in text.strip().splitlines())


# Names that stand nowhere but in the credits of films: removed wherever they come.
_CREDITS: Final = _phrases(
    """
    редактор субтитров * корректор *
    редактор субтитров асинецкая
    редактор субтитров асемкин
    корректор аегорова
    корректор а егорова
    субтитры сделал dimatorzok
    субтитры делал dimatorzok
    субтитры создавал dimatorzok
    субтитры создал dimatorzok
    субтитры добавил dimatorzok
    субтитры подогнал симон
    субтитры предоставил dimatorzok
    subtitles by dimatorzok
    subtitles by the amaraorg community
    subtitles by amaraorg
    subtitles by steamteamextra
    transcription by castingwords
    transcribed by httpsotterai
    altyazı mk
    ondertitels ingediend door de amaraorg gemeenschap
    untertitel der amaraorgcommunity
    """
)

# What a person might say as well: removed only as a passage of its own beside a silence.
_RUSSIAN: Final = _phrases(
    """
    продолжение следует
    продолжение в следующей части
    продолжение в следующей серии
    спасибо за просмотр
    спасибо что смотрели
    спасибо за просмотр и до новых встреч
    благодарю за просмотр
    подписывайтесь на канал
    подписывайтесь на наш канал
    подписывайтесь на мой канал
    подпишитесь на канал
    ставьте лайки и подписывайтесь на канал
    не забудьте подписаться на канал
    не забывайте подписываться на канал
    играет музыка
    музыкальная заставка
    """
)
_ENGLISH: Final = _phrases(
    """
    thanks for watching
    thank you for watching
    thank you so much for watching
    thanks for watching and see you in the next video
    please subscribe
    please subscribe to my channel
    please like and subscribe
    dont forget to like and subscribe
    subscribe to my channel
    see you in the next video
    ill see you in the next video
    ill see you next time
    to be continued
    """
)
_KYRGYZ: Final = _phrases(
    """
    көргөнүңүз үчүн рахмат
    көргөнүңүздөр үчүн рахмат
    көргөнүңүздөр үчүн чоң рахмат
    каналга жазылыңыз
    каналга жазылыңыздар
    каналыма жазылыңыз
    каналыбызга жазылыңыз
    каналыбызга жазылыңыздар
    лайк басып каналга жазылыңыз
    лайк басып каналга жазылыңыздар
    уландысы бар
    уландысы кийинки бөлүмдө
    """
)
_TURKISH: Final = _phrases(
    """
    abone olmayı unutmayın
    izlediğiniz için teşekkürler
    izlediğiniz için teşekkür ederim
    """
)

CREDITS: Final[tuple[Phrase, ...]] = _CREDITS
"""The same for every language: a model invents them in the language it knows, not in the one it was asked for."""

PASSAGES: Final[Mapping[LanguageTag, tuple[Phrase, ...]]] = {
    KYRGYZ: (*_KYRGYZ, *_RUSSIAN, *_ENGLISH, *_TURKISH),
    RUSSIAN: (*_RUSSIAN, *_ENGLISH),
    ENGLISH: _ENGLISH,
}
