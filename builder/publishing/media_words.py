"""Words around what is heard and seen on a page: the audio version of a lesson, and recordings.

Words with braces are templates for `str.format`. `{language}` is an adverb («орусча»), as in `Labels.language_names`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag


@dataclass(frozen=True, slots=True)
class ListeningWords:
    """The player that reads a lesson aloud."""

    title: str
    about: str
    voices: str
    download: str
    without_script: str
    play: str
    pause: str
    previous: str
    next: str
    speed: str
    pick: str
    follow: str
    resumed: str
    restart: str
    failed: str
    hide: str
    player: str
    help: str
    help_click: str
    help_reach: str
    help_enter: str
    help_move: str
    help_ends: str
    help_space: str
    help_escape: str


@dataclass(frozen=True, slots=True)
class RecordingWords:
    """A recording on a page: its files, its captions, and who answers for their words."""

    sign_language: str
    quality: str
    normal: str
    small: str
    download: str
    captions: str
    subtitles: str
    transcript: str
    reviewed: str
    unreviewed: str
    track_unreviewed: str
    no_captions: str
    unsure: str
    unsure_note: str
    transcript_help: str
    offline: str
    follow: str


_KY_LISTENING: Final = ListeningWords(
    title="Сабакты угуу",
    about="Сабакты компьютердик үн окуйт: аны адам эмес, программа айтат. Узактыгы: {length}.",
    voices="Үн: {voices}.",
    download="Аудиону жүктөп алуу",
    without_script="Браузериңизде JavaScript өчүрүлгөн, ошондуктан окулуп жаткан сүйлөм бөлүнүп көрсөтүлбөйт. "
    "Аудиону жогорудагы ойноткучтан уксаңыз же файлын жүктөп алсаңыз болот.",
    play="Ойнотуу",
    pause="Тындыруу",
    previous="Мурунку сүйлөм",
    next="Кийинки сүйлөм",
    speed="Ылдамдык",
    pick="Каалаган сүйлөмдөн баштоо",
    follow="Текст үн менен кошо жылсын",
    resumed="Өткөндө {time} жеринде токтогонсуз. Угуу ошол жерден уланат.",
    restart="Башынан баштоо",
    failed="Аудио жүктөлгөн жок. Интернет байланышын текшериңиз же аудионун файлын жүктөп алыңыз.",
    hide="Ойноткучту жабуу",
    player="Ойноткуч",
    help="Клавиатура жана чычкан менен башкаруу",
    help_click="«Каалаган сүйлөмдөн баштоо» күйгүзүлгөндө сүйлөмдү чыкылдатыңыз же басыңыз: үн ошол жерден башталат.",
    help_reach="Tab: текстке, тандалган сүйлөмгө өтүү. Төмөнкү баскычтар ошол сүйлөмдө иштейт.",
    help_enter="Enter: ушул сүйлөмдөн баштап угуу.",
    help_move="Оңго, солго жебелер же J, K (О, Л) баскычтары: кийинки, мурунку сүйлөм.",
    help_ends="Home, End: биринчи, акыркы сүйлөм.",
    help_space="Боштук баскычы: тындыруу же улантуу.",
    help_escape="Esc: тындырып, ойноткучка кайтуу.",
)

_RU_LISTENING: Final = ListeningWords(
    title="Слушать занятие",
    about="Занятие читает синтезированный голос: говорит не человек, а программа. Длительность: {length}.",
    voices="Голос: {voices}.",
    download="Скачать аудио",
    without_script="В вашем браузере отключён JavaScript, поэтому читаемое предложение не выделяется в тексте. "
    "Слушайте аудио в плеере выше или скачайте файл.",
    play="Воспроизвести",
    pause="Пауза",
    previous="Предыдущее предложение",
    next="Следующее предложение",
    speed="Скорость",
    pick="Начинать с любого предложения",
    follow="Прокручивать текст вслед за голосом",
    resumed="В прошлый раз вы остановились на {time}. Воспроизведение продолжится с этого места.",
    restart="Начать сначала",
    failed="Не удалось загрузить аудио. Проверьте подключение к интернету или скачайте файл.",
    hide="Закрыть плеер",
    player="Плеер",
    help="Управление с клавиатуры и мышью",
    help_click="Когда включено «Начинать с любого предложения», щёлкните предложение или коснитесь его: "
    "голос начнёт с него.",
    help_reach="Tab: перейти в текст, к выбранному предложению. Следующие клавиши действуют на нём.",
    help_enter="Enter: слушать с этого предложения.",
    help_move="Стрелки вправо и влево или клавиши J и K (О и Л): следующее и предыдущее предложение.",
    help_ends="Home, End: первое и последнее предложение.",
    help_space="Пробел: пауза или продолжение.",
    help_escape="Esc: пауза и возврат к плееру.",
)

_EN_LISTENING: Final = ListeningWords(
    title="Listen to this lesson",
    about="A synthetic voice reads the lesson: a program speaks, not a person. Length: {length}.",
    voices="Voice: {voices}.",
    download="Download the audio",
    without_script="JavaScript is off in your browser, so the sentence being read is not highlighted. "
    "You can listen with the player above or download the file.",
    play="Play",
    pause="Pause",
    previous="Previous sentence",
    next="Next sentence",
    speed="Speed",
    pick="Start from any sentence",
    follow="Scroll the text with the voice",
    resumed="Last time you stopped at {time}. Playback goes on from there.",
    restart="Start from the beginning",
    failed="The audio could not be loaded. Check the connection, or download the file.",
    hide="Close the player",
    player="Player",
    help="Keyboard and mouse",
    help_click="While “Start from any sentence” is on, click or tap a sentence: the voice starts there.",
    help_reach="Tab: go into the text, to the chosen sentence. The following keys work on it.",
    help_enter="Enter: listen from this sentence.",
    help_move="Right and left arrow, or J and K: next and previous sentence.",
    help_ends="Home, End: first and last sentence.",
    help_space="Space: pause or go on.",
    help_escape="Esc: pause and go back to the player.",
)

_KY_RECORDINGS: Final = RecordingWords(
    sign_language="Жаңсоо тилиндеги видео",
    quality="Видеонун сапаты",
    normal="кадимки",
    small="кичине файл, жай интернет үчүн",
    download="Жазууну жүктөп алуу",
    captions="Субтитр, {language} (VTT)",
    subtitles="Котормо субтитр, {language} (VTT)",
    transcript="Аудио транскрипт (TXT)",
    reviewed="Субтитр ({language}): адам текшерген.",
    unreviewed="Субтитр ({language}): программа жазган, адам азырынча текшере элек. Каталар болушу мүмкүн.",
    track_unreviewed="{language} (текшериле элек)",
    no_captions="Бул жазуунун субтитри азырынча жок.",
    unsure="[так эмес]",
    unsure_note="«[так эмес]» деген белги: программа бул сөздөрдү так тааный алган жок.",
    transcript_help="Сөздөрдү чыкылдатсаңыз же аларга Tab менен өтүп, Enter бассаңыз, жазуу ошол жерден ойнойт. "
    "Оңго, солго жебелер: кийинки, мурунку сөздөр. Боштук баскычы: тындыруу же улантуу.",
    offline="Бул баракта субтитр {language} гана көрсөтүлөт; башка тилдердегиси жүктөлүүчү файлдардын арасында.",
    follow="Текст жазуу менен кошо жылсын",
)

_RU_RECORDINGS: Final = RecordingWords(
    sign_language="Видео на жестовом языке",
    quality="Качество видео",
    normal="обычное",
    small="небольшой файл для медленного интернета",
    download="Скачать запись",
    captions="Субтитры {language} (VTT)",
    subtitles="Субтитры-перевод {language} (VTT)",
    transcript="Расшифровка аудио (TXT)",
    reviewed="Субтитры {language}: проверены человеком.",
    unreviewed="Субтитры {language}: составлены программой, человеком ещё не проверены. Возможны ошибки.",
    track_unreviewed="{language} (не проверено)",
    no_captions="У этой записи пока нет субтитров.",
    unsure="[неточно]",
    unsure_note="Пометка «[неточно]»: программа не уверена, что верно распознала эти слова.",
    transcript_help="Щёлкните слова или перейдите к ним клавишей Tab и нажмите Enter: запись начнётся с них. "
    "Стрелки вправо и влево: следующие и предыдущие слова. Пробел: пауза или продолжение.",
    offline="На этой странице показываются только субтитры {language}; на других языках — среди файлов для скачивания.",
    follow="Прокручивать текст вслед за записью",
)

_EN_RECORDINGS: Final = RecordingWords(
    sign_language="Sign-language video",
    quality="Video quality",
    normal="normal",
    small="small file for slow connections",
    download="Download the recording",
    captions="Captions {language} (VTT)",
    subtitles="Translated subtitles {language} (VTT)",
    transcript="Transcript (TXT)",
    reviewed="Captions {language}: reviewed by a person.",
    unreviewed="Captions {language}: made by a program, not yet reviewed by a person. They may have mistakes in them.",
    track_unreviewed="{language} (not reviewed)",
    no_captions="This recording has no captions yet.",
    unsure="[uncertain]",
    unsure_note="“[uncertain]” marks words that the program may have misheard.",
    transcript_help="Click the words, or reach them with Tab and press Enter: the recording plays from there. "
    "Right and left arrow: next and previous words. Space: pause or go on.",
    offline="This page shows captions {language} only; those in other languages are among the files to download.",
    follow="Scroll the transcript with the recording",
)

LISTENING: Final[Mapping[LanguageTag, ListeningWords]] = {
    KYRGYZ: _KY_LISTENING,
    RUSSIAN: _RU_LISTENING,
    ENGLISH: _EN_LISTENING,
}
RECORDINGS: Final[Mapping[LanguageTag, RecordingWords]] = {
    KYRGYZ: _KY_RECORDINGS,
    RUSSIAN: _RU_RECORDINGS,
    ENGLISH: _EN_RECORDINGS,
}
