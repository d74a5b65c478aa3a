"""Computer text: a listener must be able to type what is heard."""

import pytest

from builder.model.language import ENGLISH, KYRGYZ, LanguageTag
from media_pipeline.speech.normalisation import spell
from media_pipeline.speech.normalisation.english.tables import SIGNS as ENGLISH_SIGNS
from media_pipeline.speech.normalisation.kyrgyz.tables import SIGNS as KYRGYZ_SIGNS
from tests.media_pipeline.speech.normalisation.cases import write_down

KYRGYZ_SPELLED = {
    "нуска.txt": "нуска чекит тэ-икс-тэ",
    "print(x)": "{en print} ачылган кашаа икс жабылган кашаа",
    "a_b-c": "а астынкы сызык бэ дефис цэ",
    "Окуу/Сабак 1.docx": "баш тамга окуу кыйгач сызык баш тамга сабак бир чекит док-икс",
    "kstu.kg": "ка эс тэ у чекит кей-жи",
    "info@mail.kg": "инфо эт белгиси мейл чекит кей-жи",
    "x = 10": "икс барабар он",
    "007": "нөл нөл жети",
    "12345": "бир эки үч төрт беш",
    "if x > 5:\n    y = x": "{en if} икс чоң белгиси беш кош чекит. төрт боштук игрек барабар икс",
    "T7#q": "баш тамга тэ жети торчо ку",
    "------": "алты дефис",
    "ң": "ың",
    'lang="ky"': "{en lang} барабар тырмакча ка игрек тырмакча",
    "Shift": "шифт",
    "👍": "баш бармак жогору",
}
ENGLISH_SPELLED = {
    "notes.txt": "notes dot T X T",
    "print(x)": "print open parenthesis X close parenthesis",
    "myFile.py": "my capital file dot P Y",
    "for x in list:": "for X in list colon",
    "# make a folder": "hash make a folder",
    "http://example.org/": "H T T P colon slash slash example dot org slash",
    "if x:\n    y = 1": "if X colon. four spaces Y equals one",
    'print("ң")': "print open parenthesis quote {ky ың} {en x}".replace("{en x}", "quote close parenthesis"),
    "a == b": "eigh equals equals B",
    "*****": "asterisk five times",
}


@pytest.mark.parametrize(("text", "said"), KYRGYZ_SPELLED.items())
def test_kyrgyz_spelling(text: str, said: str) -> None:
    assert write_down(spell(text, KYRGYZ), KYRGYZ) == said


@pytest.mark.parametrize(("text", "said"), ENGLISH_SPELLED.items())
def test_english_spelling(text: str, said: str) -> None:
    assert write_down(spell(text, ENGLISH), ENGLISH) == said


@pytest.mark.parametrize(("language", "signs"), [(KYRGYZ, KYRGYZ_SIGNS), (ENGLISH, ENGLISH_SIGNS)])
def test_every_sign_of_the_keyboard_has_a_name_of_its_own(language: LanguageTag, signs: dict[str, str]) -> None:
    keyboard = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    names = [spell(sign, language)[0].text for sign in keyboard]
    assert names == [signs[sign] for sign in keyboard]
    assert len(set(names)) == len(keyboard)
