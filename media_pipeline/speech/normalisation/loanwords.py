"""Latin names as people in Kyrgyzstan say them, in Kyrgyz and in Russian alike."""

from typing import Final

LATIN_WORDS: Final = {
    "google": "гугл", "youtube": "ютуб", "facebook": "фейсбук", "instagram": "инстаграм", "telegram": "телеграм",
    "whatsapp": "ватсап", "viber": "вайбер", "tiktok": "тикток", "skype": "скайп", "zoom": "зум", "moodle": "мудл",
    "wikipedia": "википедия", "gmail": "жимейл", "chrome": "хром", "firefox": "файрфокс", "opera": "опера",
    "safari": "сафари", "edge": "эдж", "yandex": "яндекс", "windows": "виндоус", "linux": "линукс",
    "ubuntu": "убунту", "android": "андроид", "microsoft": "майкрософт", "office": "офис", "word": "ворд",
    "excel": "эксель", "powerpoint": "пауэрпойнт", "libreoffice": "либреофис", "writer": "райтер", "calc": "калк",
    "onedrive": "ван-драйв", "drive": "драйв", "docs": "докс", "python": "пайтон", "java": "жава",
    "javascript": "жаваскрипт", "scratch": "скретч", "wi-fi": "вай-фай", "wifi": "вай-фай", "bluetooth": "блютуз",
    "internet": "интернет", "online": "онлайн", "offline": "офлайн", "email": "имейл", "e-mail": "имейл",
    "site": "сайт", "web": "веб", "www": "даблю даблю даблю", "ctrl": "контрол", "alt": "альт", "shift": "шифт",
    "enter": "энтер", "tab": "таб", "esc": "эскейп", "delete": "делит", "del": "делит", "backspace": "бэкспейс",
    "insert": "инсерт", "home": "хоум", "end": "энд", "caps lock": "капс-лок", "page up": "пейдж-ап",
    "page down": "пейдж-даун", "print screen": "принт-скрин", "space": "спейс", "cmd": "команд", "win": "вин",
    "laptop": "лэптоп", "smartphone": "смартфон", "iphone": "айфон", "ios": "ай-оу-эс", "ipad": "айпад", "mac": "мак",
    "macos": "мак-оу-эс",
    "apple": "эппл", "samsung": "самсунг", "intel": "интел", "adobe": "адоби", "acrobat": "акробат",
    "photoshop": "фотошоп", "canva": "канва", "github": "гитхаб", "git": "гит", "chatgpt": "чат-жи-пи-ти",
    "nvda": "эн-ви-ди-эй", "jaws": "жоус", "talkback": "толкбэк", "voiceover": "войсовер", "braille": "брайль",
    "unicode": "юникод", "markdown": "маркдаун", "ascii": "аски", "jpeg": "жей-пег", "zip": "зип", "rar": "рар",
    "exe": "экзе", "txt": "тэ-икс-тэ", "docx": "док-икс", "doc": "док", "xlsx": "эксель-икс", "pptx": "пэ-пэ-тэ-икс",
    "com": "ком", "net": "нет", "org": "орг", "edu": "эду", "info": "инфо", "mail": "мейл",
    "google classroom": "гугл-классрум", "google docs": "гугл-докс", "google drive": "гугл-драйв",
    "google meet": "гугл-мит", "microsoft teams": "майкрософт-тимс", "c++": "си плюс плюс", "c#": "си шарп",
    "node.js": "ноуд жей-эс", ".net": "дот-нет",
}  # fmt: skip
"""Small letters. Names of programs, networks and keys that lessons are full of; another word is read in English."""

LATIN_ACRONYMS: Final = {
    "PDF": "пэ-дэ-эф", "HTML": "аш-тэ-эм-эл", "HTTP": "аш-тэ-тэ-пэ", "HTTPS": "аш-тэ-тэ-пэ-эс", "CD": "си-ди",
    "CO": "цэ-о",
    "DVD": "ди-ви-ди", "SMS": "эс-эм-эс", "SIM": "сим", "PIN": "пин", "ID": "ай-ди", "OK": "окей", "RAM": "рам",
    "LAN": "лан", "WAN": "ван", "BIOS": "биос", "NASA": "наса", "UNESCO": "юнеско", "UNICEF": "юнисеф",
    "WCAG": "викаг",
    "GIF": "гиф", "PNG": "пэ-эн-жэ", "JPG": "жэ-пэ-жэ", "JPEG": "жей-пег", "ISO": "исо", "TOEFL": "тойфл",
    "IELTS": "айлтс", "COVID": "ковид", "CAPTCHA": "капча", "PHD": "пи-эйч-ди", "ZIP": "зип", "QR": "кью-ар",
    "URL": "ю-ар-эл", "USB": "ю-эс-би", "MP": "эм-пэ", "KG": "кей-жи", "RU": "ру", "TV": "ти-ви", "XP": "икс-пи",
    "DAISY": "дейзи", "EPUB": "ипаб", "SMART": "смарт",
}  # fmt: skip
"""Capitals that are not said letter by letter in the English manner."""

LATIN_LETTERS: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        "эй би си ди и эф жи эйч ай жей кей эл эм эн оу пи кью ар эс ти ю ви даблю экс уай зет".split(),
        strict=True,
    )
)
"""Letters inside another acronym: ``IT`` is ``ай-ти``, ``GPS`` is ``жи-пи-эс``."""
