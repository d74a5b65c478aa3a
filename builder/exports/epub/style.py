"""The book's own style: little, in relative sizes and without colours, so that the reader's settings win.

The one exception is the place that is being read aloud, which must be seen on any background: dark on light, 15:1.
"""

from typing import Final

STYLE: Final = """\
html { line-height: 1.5; }
body { margin: 0 4%; text-align: start; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 1.4em 0 0.5em; break-after: avoid; break-inside: avoid; }
p, ul, ol, dl, table, figure, blockquote, pre { margin: 0.7em 0; }
a { text-decoration: underline; }
abbr { text-decoration: none; }
img, svg { max-width: 100%; height: auto; }
figure { break-inside: avoid; }
figcaption, caption { text-align: start; font-weight: bold; margin: 0.4em 0; }
.quotation figcaption { font-weight: normal; }
table { border-collapse: collapse; }
th, td { border: 1px solid currentColor; padding: 0.3em 0.5em; text-align: start; vertical-align: top; }
.align-centre { text-align: center; }
.align-end { text-align: end; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-family: monospace; overflow-wrap: anywhere; }
blockquote { margin-inline: 1em 0; border-inline-start: 0.2em solid currentColor; padding-inline-start: 0.8em; }
.admonition { margin: 1em 0; border: 1px solid currentColor; padding: 0.2em 0.8em; }
.admonition-title { font-weight: bold; }
.task-list { list-style-type: none; padding-inline-start: 0.5em; }
.diagram-drawing { text-align: center; }
dt { font-weight: bold; }
dd { margin-inline-start: 1.5em; }
math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "Noto Sans Math", math; font-size: 1.1em; }
.formula { margin: 1em 0; }
.formula-scroll, .table-scroll { overflow-x: auto; }
summary { font-weight: bold; }
.footnotes { border-top: 1px solid currentColor; margin-top: 2em; }
nav ol { list-style-type: none; padding-inline-start: 1em; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""

SOUND_STYLE: Final = """\
.-epub-media-overlay-active, .-epub-media-overlay-active * { background-color: #ffe58a; color: #1a1a1a; }
.-epub-media-overlay-active { outline: 0.1em solid #1a1a1a; }
"""
