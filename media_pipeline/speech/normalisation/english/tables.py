"""English words for units, signs, letters, abbreviations and pictures."""

from typing import Final

MONTHS: Final = "January February March April May June July August September October November December".split()
LETTERS: Final = {
    # espeak-ng reads a lone A as the article and "ay" as in "sky"; "eigh" is the letter in every voice.
    "a": "eigh", **{letter: letter.upper() for letter in "bcdefghijklmnopqrstuvwxyz"},
    **dict(zip("αβγδεϵζηθικλμνξοπρσςτυφϕχψω",
               "alpha beta gamma delta epsilon epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma "
               "sigma tau upsilon phi phi chi psi omega".split(), strict=True)),
}  # fmt: skip

# unit -> (one, many)
UNITS: Final = {
    **{unit: (name, name + "s") for unit, name in {
        "mm": "millimetre", "cm": "centimetre", "m": "metre", "km": "kilometre", "nm": "nanometre",
        "mg": "milligram", "g": "gram", "kg": "kilogram", "t": "tonne", "ml": "millilitre", "mL": "millilitre",
        "l": "litre", "L": "litre", "ms": "millisecond", "s": "second", "sec": "second", "sec.": "second",
        "min": "minute", "min.": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "kHz": "kilohertz",
        "W": "watt", "kW": "kilowatt", "MW": "megawatt", "kWh": "kilowatt-hour", "V": "volt", "mAh": "milliamp-hour",
        "A": "amp", "J": "joule", "kJ": "kilojoule", "Pa": "pascal", "kPa": "kilopascal", "kcal": "kilocalorie",
        "dB": "decibel", "kB": "kilobyte", "KB": "kilobyte", "MB": "megabyte", "GB": "gigabyte", "TB": "terabyte",
        "Kb": "kilobit", "Mb": "megabit", "px": "pixel", "pt": "point", "lb": "pound", "lbs": "pound", "oz": "ounce",
        "mi": "mile", "ft": "foot", "yd": "yard", "ha": "hectare", "MP": "megapixel", "°": "degree",
    }.items()},
    "kHz": ("kilohertz", "kilohertz"), "Hz": ("hertz", "hertz"), "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"), "ft": ("foot", "feet"), "in.": ("inch", "inches"),
    "m²": ("square metre", "square metres"), "m2": ("square metre", "square metres"),
    "cm²": ("square centimetre", "square centimetres"), "km²": ("square kilometre", "square kilometres"),
    "m³": ("cubic metre", "cubic metres"), "cm³": ("cubic centimetre", "cubic centimetres"),
    "km/h": ("kilometre per hour", "kilometres per hour"), "mph": ("mile per hour", "miles per hour"),
    "m/s": ("metre per second", "metres per second"), "Mbps": ("megabit per second", "megabits per second"),
    "Mbit/s": ("megabit per second", "megabits per second"), "Gbps": ("gigabit per second", "gigabits per second"),
    "kbps": ("kilobit per second", "kilobits per second"), "kbit/s": ("kilobit per second", "kilobits per second"),
    "MB/s": ("megabyte per second", "megabytes per second"), "fps": ("frame per second", "frames per second"),
    "dpi": ("dot per inch", "dots per inch"), "rpm": ("turn per minute", "turns per minute"),
    "wpm": ("word per minute", "words per minute"), "%": ("percent", "percent"), "‰": ("per mille", "per mille"),
    "°C": ("degree Celsius", "degrees Celsius"), "℃": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"), "$": ("dollar", "dollars"), "US$": ("dollar", "dollars"),
    "USD": ("dollar", "dollars"), "€": ("euro", "euros"), "EUR": ("euro", "euros"), "£": ("pound", "pounds"),
    "GBP": ("pound", "pounds"), "₽": ("rouble", "roubles"), "RUB": ("rouble", "roubles"), "₸": ("tenge", "tenge"),
    "KZT": ("tenge", "tenge"), "¥": ("yen", "yen"), "KGS": ("som", "som"), "som": ("som", "som"),
    "№": ("number", "numbers"), "§": ("section", "sections"),
    "million": ("million", "million"), "billion": ("billion", "billion"), "mln": ("million", "million"),
    "bn": ("billion", "billion"), "thousand": ("thousand", "thousand"),
}  # fmt: skip
COINS: Final = {"$": ("cent", "cents"), "US$": ("cent", "cents"), "USD": ("cent", "cents"), "€": ("cent", "cents"),
                "EUR": ("cent", "cents"), "£": ("penny", "pence"), "GBP": ("penny", "pence"), "KGS": ("tyiyn",
                "tyiyn"),
                "som": ("tyiyn", "tyiyn"), "₽": ("kopeck", "kopecks"), "RUB": ("kopeck", "kopecks")}  # fmt: skip
SCALES: Final = {"thousand": "thousand", "million": "million", "mln": "million", "billion": "billion",
"bn": "billion",
                 "trillion": "trillion", "k": "thousand", "M": "million"}  # fmt: skip

ABBREVIATIONS: Final = {
    "e.g.": "for example", "E.g.": "For example", "eg.": "for example", "i.e.": "that is", "I.e.": "That is",
    "etc.": "et cetera", "et al.": "and others", "cf.": "compare", "viz.": "namely", "vs.": "versus", "vs": "versus",
    "Dr.": "Doctor", "Mr.": "Mister", "Mrs.": "Missis", "Ms.": "Miz", "Prof.": "Professor",
    "Assoc. Prof.": "Associate Professor",
    "Jr.": "Junior", "Sr.": "Senior", "St.": "Saint", "approx.": "approximately", "Fig.": "Figure", "fig.": "figure",
    "Figs.": "Figures", "figs.": "figures", "Eq.": "Equation", "eq.": "equation", "Ch.": "Chapter", "ch.": "chapter",
    "Sec.": "Section", "Vol.": "Volume", "vol.": "volume", "ed.": "edition", "eds.": "editors",
    "trans.": "translated by",
    "dept.": "department", "Dept.": "Department", "govt.": "government", "max.": "maximum",
    "incl.": "including", "excl.": "excluding", "ext.": "extension", "tel.": "telephone", "Tel.": "Telephone",
    "Inc.": "Incorporated", "Ltd.": "Limited", "Co.": "Company", "Corp.": "Corporation", "Ave.": "Avenue",
    "Jan.": "January", "Feb.": "February", "Apr.": "April", "Aug.": "August", "Sept.": "September",
    "Sep.": "September",
    "Oct.": "October", "Nov.": "November", "Dec.": "December", "a.m.": "A-M", "p.m.": "P-M",
    "a.k.a.": "also known as",
    "Ph.D.": "P-H-D", "PhD": "P-H-D", "M.A.": "M-eigh", "B.A.": "B-eigh", "M.Sc.": "Master of Science",
    "B.Sc.": "Bachelor of Science",
    "U.S.": "U-S", "U.K.": "U-K", "U.S.A.": "U-S-eigh", "U.N.": "U-N", "R.S.V.P.": "R-S-V-P", "P.S.": "P-S",
    "w/o": "without",
    "w/": "with", "and/or": "and or", "he/she": "he or she", "his/her": "his or her", "s/he": "he or she",
    "Q&A": "questions and answers", "R&D": "research and development", "24/7": "twenty-four seven",
}  # fmt: skip
_ACRONYMS_AS_WORDS: Final = """
    NASA UNESCO UNICEF NATO RAM ROM LAN WAN PIN SIM GIF ZIP JPEG COVID RADAR LASER SCUBA BIOS ASCII CAPTCHA
    TOEFL OPEC AIDS ASEAN UNIX LINUX BASIC WYSIWYG MIDI EPUB DAISY JAWS SMART PISA IMAP FIFO LIFO AJAX GNU WIFI
    OCHA
""".split()
_WORDS_IN_CAPITALS: Final = """
    ALL ALSO ALT AND ANY ARE AS AT BACK BAD BE BEST BIG BOTH BOX BUT BY CALL CAN CLICK CODE COPY CUT DATA DATE
    DAY DELETE DO DONE DOWN EACH EASY END ENTER ESC EVEN EVER EXAM EXIT FALSE FILE FIND FIRST FIVE FOR FOUR FREE
    FROM FULL GET GIVE GO GOOD GOOGLE HAD HAS HAVE HELP HER HERE HIGH HIS HOME HOW IF IN INSERT INTO IS ITEM
    JUST KEEP KEY LAST LESS LET LIKE LINE LINK LIST LONG LOOK MAIN MAKE MANY MAY MENU MODE MORE MOST MUST NAME
    NEAR NEED NEVER NEW NEXT NO NOT NOTE NOW OF OFF OLD ON ONCE ONE ONLY OPEN OR OUR OUT OVER OWN PAGE PART PAST
    PATH PLAY PLEASE PLUS PRINT PYTHON QUIT READ SAFE SAME SAVE SAY SEE SEND SHIFT SHOW SIGN SITE SIX SIZE SLOW
    SO SOME SPACE STAY STEP STOP TAB TASK TEN TEST TEXT THAN THAT THE THEM THEN THEY THIS THREE TIME TO TOO TOP
    TRUE TRY TURN TWO TYPE UNTIL UP USE VERY VIEW WAIT WANT WAS WAY WE WEB WELL WHAT WHEN WHERE WHICH WHO WHY
    WILL WINDOWS WITH WITHOUT WORD WORK YES YOU YOUR ZERO
""".split()
ACRONYMS: Final = {
    **{one: one.lower() for one in (*_ACRONYMS_AS_WORDS, *_WORDS_IN_CAPITALS)},
    "WCAG": "W-cag", "CTRL": "control", "OK": "okay", "ESC": "escape",
}  # fmt: skip
"""Capitals that are read as a word: true acronyms, and words that authors write in capitals for emphasis."""

SIGNS: Final = {
    " ": "spaces", "\t": "tab", ".": "dot", ",": "comma", ":": "colon", ";": "semicolon", "!": "exclamation mark",
    "?": "question mark", "-": "hyphen", "–": "dash", "—": "dash", "_": "underscore", "/": "slash", "\\": "backslash",
    "|": "vertical bar", "(": "open parenthesis", ")": "close parenthesis", "[": "open bracket", "]": "close bracket",
    "{": "open brace", "}": "close brace", "<": "less than", ">": "greater than", "=": "equals", "+": "plus",
    "*": "asterisk",
    "&": "ampersand", "@": "at", "#": "hash", "$": "dollar sign", "%": "percent sign", "^": "caret", "~": "tilde",
    "`": "backtick", "'": "apostrophe", '"': "quote", "«": "open angle quote", "»": "close angle quote",
    "“": "open quote",
    "”": "close quote", "„": "open quote", "’": "apostrophe", "‘": "open single quote", "…": "ellipsis",
    "№": "number sign",
    "§": "section sign", "°": "degree sign", "•": "bullet", "·": "middle dot", "©": "copyright sign",
    "®": "registered sign",
    "™": "trademark sign", "€": "euro sign", "£": "pound sign", "₽": "rouble sign", "−": "minus", "×": "times",
    "÷": "divided by", "±": "plus or minus", "≤": "less than or equal to", "≥": "greater than or equal to",
    "≠": "not equal to", "≈": "approximately equal to", "∞": "infinity", "√": "square root", "∑": "sum",
    "→": "right arrow",
    "←": "left arrow", "↑": "up arrow", "↓": "down arrow", "↔": "double arrow", "⇒": "double right arrow",
    "⏎": "enter",
    "✓": "tick", "✔": "tick", "✗": "cross", "✘": "cross", "☐": "empty box", "☑": "ticked box", "★": "star",
    "☆": "empty star",
    "─": "line", "│": "vertical line", "└": "corner", "├": "branch", "¶": "paragraph sign",
}  # fmt: skip
SPOKEN_SIGNS: Final = {
    "+": "plus", "−": "minus", "=": "equals", "≠": "is not equal to", "<": "is less than", ">": "is greater than",
    "≤": "is at most", "≥": "is at least", "≈": "is about", "~": "about", "±": "plus or minus", "×": "times",
    "÷": "divided by", "∞": "infinity", "√": "the square root of", "∑": "the sum of", "∈": "is in", "&": "and",
    "%": "percent",
    "→": "arrow", "←": "left arrow", "↑": "up arrow", "↓": "down arrow", "↔": "double arrow", "⇒": "therefore",
    "⇔": "is equivalent to", "№": "number", "§": "section", "°": "degrees", "@": "at", "#": "hash", "$": "dollars",
    "€": "euros", "£": "pounds", "©": "copyright", "✓": "correct", "✔": "correct", "✗": "wrong", "✘": "wrong",
    "☐": "empty box", "☑": "ticked box", "★": "star", "∅": "the empty set", "∪": "union", "∩": "intersection",
    "⌘": "command", "⏎": "enter", "∠": "angle", "⊥": "is perpendicular to", "∆": "delta",
}  # fmt: skip
EMOJI: Final = {
    "👍": "thumbs up", "👎": "thumbs down", "🙂": "smiling face", "😊": "smiling face", "😀": "grinning face",
    "😃": "grinning face",
    "😄": "grinning face", "😁": "grinning face", "😂": "face with tears of joy",
    "🤣": "rolling on the floor laughing",
    "😉": "winking face", "😢": "crying face", "😭": "crying face", "😞": "sad face", "☹": "sad face",
    "😡": "angry face",
    "😮": "surprised face", "🤔": "thinking face", "😍": "admiring face", "😎": "face with sunglasses", "❤": "heart",
    "💙": "blue heart", "💔": "broken heart", "🔥": "fire", "⭐": "star", "🌟": "glowing star", "✨": "sparkles",
    "🎉": "party",
    "🎓": "graduation cap", "📚": "books", "📖": "open book", "📝": "memo", "✏": "pencil", "✍": "writing hand",
    "💡": "light bulb", "📌": "pin", "📎": "paper clip", "📅": "calendar", "⏰": "alarm clock", "⏳": "hourglass",
    "⌛": "hourglass",
    "💻": "laptop", "🖥": "computer", "📱": "phone", "☎": "telephone", "📞": "telephone", "📧": "e-mail",
    "✉": "envelope",
    "📷": "camera", "🎥": "film camera", "🎧": "headphones", "🔊": "sound on", "🔇": "sound off", "🎤": "microphone",
    "🔒": "locked", "🔓": "unlocked", "🔑": "key", "🔗": "link", "🔍": "magnifying glass", "🔎": "magnifying glass",
    "🖨": "printer",
    "💾": "floppy disk", "📁": "folder", "📂": "open folder", "🗑": "waste bin", "✅": "correct", "❌": "wrong",
    "❗": "exclamation mark", "❓": "question mark", "⚠": "warning", "ℹ": "information", "🚫": "forbidden",
    "⛔": "no entry",
    "🙏": "thank you", "👏": "applause", "👋": "waving hand", "🤝": "handshake", "💪": "strong arm",
    "👉": "hand pointing right",
    "👈": "hand pointing left", "👆": "hand pointing up", "👇": "hand pointing down", "☝": "finger pointing up",
    "✋": "raised hand",
    "👁": "eye", "👀": "eyes", "👂": "ear", "🧏": "deaf person", "🦻": "hearing aid", "🦯": "white cane",
    "♿": "wheelchair",
    "🇰🇬": "flag of Kyrgyzstan", "🇷🇺": "flag of Russia", "🇬🇧": "flag of the United Kingdom", "🌍": "globe",
    "🌐": "internet",
    "🏫": "school", "🏠": "house", "☀": "sun", "🌙": "moon", "🌧": "rain", "❄": "snow", "🌸": "flower",
    "🍎": "apple", "☕": "coffee",
    "🚀": "rocket", "🏆": "trophy", "🎯": "target", "🎵": "musical note", "🎶": "musical notes", "🤖": "robot",
    "📊": "bar chart",
    "📈": "rising chart", "📉": "falling chart", "➡": "right arrow", "⬅": "left arrow", "⬆": "up arrow",
    "⬇": "down arrow",
    "🔄": "circling arrows", "🆕": "new", "🆗": "okay", "💬": "speech bubble", "🗣": "speaking person", "🧠": "brain",
}  # fmt: skip
