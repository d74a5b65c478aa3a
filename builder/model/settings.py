"""What a project chooses: read from the `jetki` entry of its mkdocs.yml, the same for every command."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from builder.model.language import SITE_LANGUAGES, LanguageTag


@dataclass(frozen=True, slots=True)
class BrailleSettings:
    """A braille page. 40 x 25 is the usual default of embosser tools; other sizes in use are 28 x 27 and 32 x 25."""

    cells_per_line: int = 40
    lines_per_page: int = 25
    pages_per_volume: int = 80
    """Our choice: about 40 sheets embossed on both sides, a volume that can still be held and bound."""
    kyrgyz_capitals: bool = False
    """True marks capitals, as textbooks on grammar do; literary practice leaves them out."""
    english_mathematics: str = "ueb"
    """``ueb`` or ``nemeth``."""
    english_grade: int = 1
    """1 is uncontracted UEB, which learners of English read; 2 is contracted UEB for practised readers of English."""


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """Voices that read aloud, and models that write down what recordings say.

    A voice is named ``engine`` or ``engine:voice``: ``espeak-ng``, ``rhvoice:Nazgul``, ``piper:voices/en.onnx``,
    ``pyttsx3:<id>``. A model is a name or the folder of a CTranslate2 model. Both by language; a language without an
    entry has the default.
    """

    voices: Mapping[LanguageTag, str] = field(default_factory=dict)
    words_per_minute: int = 150
    """Our choice: slower than espeak-ng's own 175, for listeners who study and read along."""
    models: Mapping[LanguageTag, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """`site_name` by language; `large_print_sizes` in points, the first is the default profile; `content` and `site`
    are folder names below the project. `publisher` is named in the metadata of EPUB and PDF."""

    site_name: Mapping[LanguageTag, str]
    languages: tuple[LanguageTag, ...] = SITE_LANGUAGES
    default_language: LanguageTag = SITE_LANGUAGES[0]
    content: str = "content"
    site: str = "site"
    publisher: str = ""
    site_url: str = ""
    accessibility_certifier: str = ""
    """Who has examined the e-books and answers for their conformance (EPUB Accessibility 1.1 wants a name for any
    claim of it); empty where nobody has: then no conformance is claimed."""
    large_print_sizes: tuple[int, ...] = (18,)
    braille: BrailleSettings = field(default_factory=BrailleSettings)
    speech: SpeechSettings = field(default_factory=SpeechSettings)
