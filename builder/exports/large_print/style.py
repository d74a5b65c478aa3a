"""How large print looks: sizes as figures, the rest as Typst functions that the writer calls.

Sources: ACB Best Practices and Guidelines for Large Print Documents (18 pt body, 20 pt second, 22 pt first headings,
left-aligned, no italics, no hyphenation, page numbers at body size), UKAAF G003 Creating clear print and large print
documents (16 pt and more, no underlining, no blocks of capitals), APH (18 pt, 1.25 line spacing and more).
Where they differ: nothing is underlined (UKAAF), emphasis is bold (both allow it), strong emphasis is bold on a
pale ground, and a link is dark blue and followed by its place in brackets, so that no meaning hangs on colour.
"""

from dataclasses import dataclass
from typing import Final

PAGE_WIDTH_PT: Final = 595.28
PAGE_HEIGHT_PT: Final = 841.89
MARGIN_PT: Final = 51.0
"""18 mm: our choice, a hand can hold the sheet and 18 pt lines still hold about 45 letters."""
MONOSPACED_LETTER: Final = 0.602
"""Advance of DejaVu Sans Mono in ems."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One size of large print; all lengths in points."""

    size: int

    @property
    def line_width(self) -> float:
        return PAGE_WIDTH_PT - 2 * MARGIN_PT

    @property
    def turned_line_width(self) -> float:
        """The width of a page that lies on its side."""
        return PAGE_HEIGHT_PT - 2 * MARGIN_PT

    @property
    def code_columns(self) -> int:
        """Signs of a code line; two columns are kept for the mark of a continued line."""
        return max(8, int((self.line_width - 1.4 * self.size) / (self.size * MONOSPACED_LETTER)) - 2)


STYLE_FILE: Final = "style.typ"

STYLE: Final = r"""
#let ink = rgb("#000000")
#let link-ink = rgb("#0b3d91") // 10.3:1 on white
#let code-ground = rgb("#f2f2f2") // black on it 18.7:1
#let letters = regex("[0-9A-Za-z\u{0370}-\u{03ff}\u{0400}-\u{04ff}]")
#let strong-ground = rgb("#fff0b3") // black on it 18.3:1
#let rule-ink = rgb("#000000")

#let large-print(size: 18pt, fonts: (), code-font: "", math-font: "", margin: 51pt, language: "ky", body) = {
  set text(
    font: fonts, size: size, fill: ink, lang: language, hyphenate: false, fallback: false, style: "normal",
    top-edge: 0.8em, bottom-edge: -0.2em, overhang: false, number-type: "lining",
  )
  set par(leading: 0.4em, spacing: 0.9em, justify: false, first-line-indent: 0pt)
  set page(
    paper: "a4", margin: (x: margin, top: margin + 2.2 * size, bottom: margin + 2 * size),
    header-ascent: 0.7 * size, footer-descent: 0.7 * size, numbering: "1",
  )
  set block(spacing: 0.9em)
  show emph: it => text(style: "normal", weight: "bold", it.body)
  show heading: set text(weight: "bold")
  show heading: set block(above: 1.3em, below: 0.7em, sticky: true)
  // ACB: 22 pt first, 20 pt second at 18 pt body.
  show heading: set text(size: size)
  show heading.where(level: 1): set text(size: size * 22 / 18)
  show heading.where(level: 2): set text(size: size * 20 / 18)
  show heading.where(level: 3): set text(size: size * 19 / 18)
  show raw: set text(font: (code-font, ..fonts), size: size, top-edge: 0.8em, bottom-edge: -0.2em)
  show raw.where(block: true): set par(leading: 0.3em)
  set raw(theme: none)
  show link: set text(fill: link-ink)
  set list(tight: false, spacing: 0.6em, indent: 0pt, body-indent: 0.5em, marker: text(size: 1em)[•])
  set enum(tight: false, spacing: 0.6em, indent: 0pt, body-indent: 0.5em, full: true)
  set terms(tight: false, spacing: 0.8em, hanging-indent: 1.2em, indent: 0pt, separator: linebreak())
  set table(stroke: 0.9pt + rule-ink, inset: (x: 0.4em, y: 0.35em), align: left + top)
  show table: set par(leading: 0.3em, spacing: 0.5em)
  show figure: set block(breakable: true)
  show figure: set align(left)
  set figure(numbering: none, supplement: none, gap: 0.6em)
  set figure.caption(separator: none)
  show figure.where(kind: table): set figure.caption(position: top)
  show figure.caption: it => align(left, block(sticky: true, it.body))
  set math.equation(numbering: none)
  show math.equation.where(block: true): set align(left)
  // Letters and digits of formulas come from the text font and stand upright: no serifs, no italics.
  show math.equation: set text(
    font: ((name: fonts.first(), covers: letters), math-font, ..fonts, code-font),
    top-edge: "bounds", bottom-edge: "bounds",
  )
  set quote(block: true)
  show quote.where(block: true): set pad(x: 0pt)
  set super(size: 0.8em)
  set sub(size: 0.8em)
  set outline.entry(fill: repeat(gap: 0.3em, [.]))
  show outline.entry: set text(fill: ink)
  show outline.entry: set block(above: 0.7em)
  show outline.entry.where(level: 1): set text(weight: "bold")
  body
}

#let running-head(words) = block(width: 100%, stroke: (bottom: 0.9pt + rule-ink), inset: (bottom: 0.3em), text(words))
#let page-number(before, after) = align(center, text(before + context counter(page).display("1") + after))

#let strong-words(body) = strong(highlight(fill: strong-ground, top-edge: "ascender", bottom-edge: "descender", body))
// A line may be broken here. Typst 0.15 drops a space of no width together with the place to break.
#let spot = h(0.001pt)

// Code lines are cut at a fixed column, at a space where there is one; the mark of a continued line is seen, not read.
#let cut-line(line, columns) = {
  let parts = ()
  let rest = line.clusters()
  while rest.len() > columns {
    let cut = columns
    let place = columns
    while place > calc.quo(columns, 2) {
      if rest.at(place - 1) == " " { cut = place; break }
      place -= 1
    }
    parts.push(rest.slice(0, cut).join())
    rest = rest.slice(cut)
  }
  parts.push(if rest.len() == 0 { "" } else { rest.join() })
  parts
}
#let code-block(words, columns) = {
  show raw.line: it => cut-line(it.text, columns).join(linebreak() + pdf.artifact[↪] + h(0.5em))
  block(width: 100%, fill: code-ground, inset: (x: 0.5em, y: 0.5em), stroke: (left: 3pt + ink), raw(words, block: true))
}

#let picture-data(file) = if file.ends-with(".json") { bytes(json(file)) } else { file }
#let picture-block(file, alternative, share: 0.75, natural: none) = layout(room => {
  let data = picture-data(file)
  let seen = measure(image(data))
  let wish = if natural == none { room.width } else { seen.width * natural }
  // 600 pt of height are free on a page of every profile; the rest of the share is for the caption.
  let factor = calc.min(room.width / seen.width, wish / seen.width, share * 600pt / seen.height, 6)
  let drawn = image(data, alt: if alternative == none { "" } else { alternative }, width: seen.width * factor)
  if alternative == none { pdf.artifact(drawn) } else { drawn }
})
#let picture-inline(file, alternative) = {
  let words = if alternative == none { "" } else { alternative }
  let drawn = box(baseline: 20%, image(picture-data(file), alt: words, height: 1.6em))
  if alternative == none { pdf.artifact(drawn) } else { drawn }
}

#let set-off(title, body) = block(
  width: 100%, stroke: 1.5pt + ink, inset: 0.6em, breakable: true,
  { block(sticky: true, par(strong(title))); body },
)
#let quoted(attribution, body) = block(
  width: 100%, stroke: (left: 4pt + ink), inset: (left: 0.7em, y: 0.1em),
  quote(block: true, if attribution == none { body } else { body; par({ [— ]; attribution }) }),
)
// A formula wider than the line is set as running text, which breaks at relations; still wider, it is made to fit.
#let display-formula(words, body) = layout(room => {
  let drawn = math.equation(block: true, alt: words, body)
  let wide = measure(drawn).width
  if wide <= room.width { drawn } else {
    let lines = math.equation(block: false, alt: words, math.display(body))
    let narrow = measure(block(width: room.width, lines)).width
    if narrow <= room.width { par(lines) } else {
      scale(x: room.width / wide * 100%, y: room.width / wide * 100%, reflow: true, origin: left, drawn)
    }
  }
})

#let ornament = pdf.artifact(align(center, block(above: 1.2em, below: 1.2em, line(length: 40%, stroke: 1.5pt + ink))))
"""


# Widths of Andika's letters in ems, measured from the font and rounded up; the other fonts are at most a little wider.
# What does not fit is known before Typst sees it.
_WIDTHS: Final = {
    **dict.fromkeys(" iIjl|.,:;!'’", 0.33),
    **dict.fromkeys("ft()[]-", 0.42),
    **dict.fromkeys('rsгJ/\\*"сэ{}', 0.5),
    **dict.fromkeys("зучkzтvy–еёкхьяex?", 0.54),
    **dict.fromkeys("абоөвүaboqghEFрSлp", 0.58),
    **dict.fromkeys("цndu0123456789+=<>ийнпдң&", 0.62),
    **dict.fromkeys("мфыюжПДФНЛИҢЦОӨЫOQNHDGw%", 0.77),
    **dict.fromkeys("шщm@—М", 0.91),
    **dict.fromkeys("ШЩЖЮWM№", 1.1),
}


def estimate_ems(text: str) -> float:
    """The width of a run of letters in ems, rather too wide than too narrow."""
    return sum(_WIDTHS.get(one) or (1.05 if ord(one) > 0x2000 else 0.7 if one.isupper() else 0.63) for one in text)
