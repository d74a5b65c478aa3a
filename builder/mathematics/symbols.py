"""The signs of the subset: LaTeX macro -> Unicode character, and each character's role in a row."""

from typing import Final

from builder.mathematics.expression import Layout, Mark, Role, Style

# Greek letters, LaTeX name -> letter. Letters that look Latin have no macro in LaTeX.
GREEK: Final[dict[str, str]] = dict(
    zip(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron pi "
        "rho varrho sigma varsigma tau upsilon phi varphi chi psi omega "
        "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split(),
        "αβγδϵεζηθϑικλμνξοπρϱσςτυϕφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        strict=True,
    )
)

_MACROS_BY_ROLE: Final[dict[Role, str]] = {
    Role.BINARY: "pm ± mp ∓ cdot ⋅ times × div ÷ ast ∗ cup ∪ cap ∩ setminus ∖ land ∧ wedge ∧ lor ∨ vee ∨ "
    "circ ∘ oplus ⊕",
    Role.RELATION: (
        "ne ≠ neq ≠ le ≤ leq ≤ leqslant ≤ ge ≥ geq ≥ geqslant ≥ lt < gt > ll ≪ gg ≫ approx ≈ equiv ≡ sim ∼ cong ≅ "
        "propto ∝ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ nsubseteq ⊈ perp ⊥ parallel ∥ mid ∣ "
        "Rightarrow ⇒ implies ⇒ Leftarrow ⇐ Leftrightarrow ⇔ iff ⇔ to → rightarrow → leftarrow ← gets ← "
        "leftrightarrow ↔ longrightarrow → Longrightarrow ⇒ mapsto ↦ uparrow ↑ downarrow ↓"
    ),
    Role.ORDINARY: (
        "infty ∞ emptyset ∅ varnothing ∅ ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ ell ℓ hbar ℏ dotsc … dotsb ⋯ "
        "therefore ∴ because ∵ # # $ $ & & _ _"
    ),
    Role.PREFIX: "forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ partial ∂ nabla ∇ angle ∠ triangle △ Delta Δ",
    Role.LARGE: "sum ∑ prod ∏ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂",
    Role.POSTFIX: "% % degree °",
    Role.PUNCTUATION: "colon :",
}


def _signs_by_macro() -> dict[str, tuple[str, Role]]:
    signs: dict[str, tuple[str, Role]] = {}
    for role, words in _MACROS_BY_ROLE.items():
        pairs = words.split()
        signs |= {name: (symbol, role) for name, symbol in zip(pairs[::2], pairs[1::2], strict=True)}
    signs.pop("Delta")
    return signs


SIGN_OF_MACRO: Final = _signs_by_macro()

ROLE_OF_CHARACTER: Final[dict[str, tuple[str, Role]]] = {
    **{symbol: (symbol, role) for symbol, role in SIGN_OF_MACRO.values() if symbol not in "#$&_"},
    "+": ("+", Role.BINARY),
    "-": ("−", Role.BINARY),
    "−": ("−", Role.BINARY),
    "–": ("−", Role.BINARY),
    "*": ("∗", Role.BINARY),
    "·": ("⋅", Role.BINARY),
    "/": ("/", Role.BINARY),
    ":": (":", Role.BINARY),
    "=": ("=", Role.RELATION),
    "<": ("<", Role.RELATION),
    ">": (">", Role.RELATION),
    ",": (",", Role.PUNCTUATION),
    ";": (";", Role.PUNCTUATION),
    ".": (".", Role.PUNCTUATION),
    "?": ("?", Role.PUNCTUATION),
    "!": ("!", Role.POSTFIX),
    "№": ("№", Role.PREFIX),
}
"""A character of the source -> the sign that it stands for, and its role."""

NEGATED: Final[dict[str, str]] = {
    "=": "≠",
    "∈": "∉",
    "⊂": "⊄",
    "⊆": "⊈",
    "≡": "≢",
    "∃": "∄",
    "∥": "∦",
    "<": "≮",
    ">": "≯",
}
"""What ``\\not`` makes of a relation."""

FUNCTIONS: Final = frozenset(
    """sin cos tan cot sec csc tg ctg cosec arcsin arccos arctan arccot arctg arcctg sinh cosh tanh coth sh ch th cth
    log ln lg exp lim max min sup inf det rank rg tr dim ker deg gcd lcm arg Re Im sgn sign grad div rot mod
    НОД НОК""".split()
)
"""Names that the subset knows as functions, written as a macro or inside ``\\operatorname``."""

FUNCTION_MACROS: Final = frozenset(
    """sin cos tan cot sec csc tg ctg cosec arcsin arccos arctan arccot arctg arcctg sinh cosh tanh coth sh ch th cth
    log ln lg exp lim max min sup inf det ker deg gcd dim arg Re Im""".split()
)

LIMIT_FUNCTIONS: Final = frozenset(["lim", "max", "min", "sup", "inf"])
"""Functions whose lower script stands under them in displayed formulas."""

OPENING: Final[dict[str, str]] = {
    "(": "(", "[": "[", "\\{": "{", "\\lbrace": "{", "\\langle": "⟨", "\\lvert": "|", "\\lVert": "‖",
    "\\lfloor": "⌊", "\\lceil": "⌈",
}  # fmt: skip
CLOSING: Final[dict[str, str]] = {
    ")": ")", "]": "]", "\\}": "}", "\\rbrace": "}", "\\rangle": "⟩", "\\rvert": "|", "\\rVert": "‖",
    "\\rfloor": "⌋", "\\rceil": "⌉",
}  # fmt: skip
BARS: Final[dict[str, str]] = {"|": "|", "\\vert": "|", "\\|": "‖", "\\Vert": "‖", "‖": "‖"}
"""Delimiters that look the same on both sides; context decides."""

MARKS: Final[dict[str, Mark]] = {
    "vec": Mark.ARROW, "overrightarrow": Mark.ARROW, "bar": Mark.BAR, "overline": Mark.BAR, "hat": Mark.HAT,
    "widehat": Mark.HAT, "tilde": Mark.TILDE, "widetilde": Mark.TILDE, "dot": Mark.DOT, "ddot": Mark.TWO_DOTS,
    "underline": Mark.UNDERLINE, "overbrace": Mark.BRACE_OVER, "underbrace": Mark.BRACE_UNDER,
}  # fmt: skip

STYLES: Final[dict[str, Style]] = {
    "mathrm": Style.UPRIGHT, "mathsf": Style.UPRIGHT, "mathtt": Style.UPRIGHT, "mathup": Style.UPRIGHT,
    "mathbf": Style.BOLD, "boldsymbol": Style.BOLD, "mathit": Style.ITALIC, "mathbb": Style.BLACKBOARD,
    "mathcal": Style.SCRIPT,
}  # fmt: skip

TEXTS: Final = frozenset(["text", "textrm", "textbf", "textit", "mbox"])

FRACTIONS: Final = frozenset(["frac", "dfrac", "tfrac", "cfrac"])
BINOMIALS: Final = frozenset(["binom", "dbinom", "tbinom"])

SPACES: Final[dict[str, bool]] = {",": False, ";": False, ":": False, " ": False, "quad": True, "qquad": True}
"""Spacing macro -> whether it is wide."""

WITHOUT_MEANING: Final = frozenset(
    """! limits nolimits displaystyle textstyle scriptstyle middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr
    Biggl Biggr bigm Bigm nonumber notag""".split()
)
"""Macros that only change the look."""

ENVIRONMENTS: Final[dict[str, tuple[Layout, str, str]]] = {
    "matrix": (Layout.MATRIX, "", ""),
    "smallmatrix": (Layout.MATRIX, "", ""),
    "pmatrix": (Layout.MATRIX, "(", ")"),
    "bmatrix": (Layout.MATRIX, "[", "]"),
    "Bmatrix": (Layout.MATRIX, "{", "}"),
    "vmatrix": (Layout.MATRIX, "|", "|"),
    "Vmatrix": (Layout.MATRIX, "‖", "‖"),
    "array": (Layout.MATRIX, "", ""),
    "cases": (Layout.CASES, "{", ""),
    **dict.fromkeys(
        ("aligned", "align", "align*", "gathered", "gather", "gather*", "split", "equation", "equation*"),
        (Layout.LINES, "", ""),
    ),
}
