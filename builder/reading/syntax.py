"""The Markdown parser of AUTHORING.md: CommonMark with our additions, without HTML."""

import re
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote, list_block
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.admon.index import admonition
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_def

from builder.reading import block_rules, inline_rules
from builder.reading.block_rules import BlockRule, limited
from builder.reading.rule_choice import choose_rules_by_first_character

_MOST_NESTED_INLINES: Final = 60
"""How deep the parser looks into brackets before it takes them for text (our choice; Python's stack sets the bound)."""

_INTERRUPTING: Final = ["paragraph", "reference", "blockquote", "list"]
_LIST_MARKER: Final = re.compile(r"[-+*][ \t]|\d{1,9}[.)][ \t]")


@cache
def make_parser() -> MarkdownIt:
    """The configured parser. It keeps nothing between two lessons."""
    md = configure_parser()
    choose_rules_by_first_character(md)
    return md


def configure_parser() -> MarkdownIt:
    """The same parser, asking every rule about every line: what the faster one is measured by."""
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": _MOST_NESTED_INLINES})
    md.inline = inline_rules.PlacedParserInline()
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    _set_block_rules(md)
    _set_inline_rules(md)
    md.core.ruler.enableOnly(["block"])
    return md


def _set_block_rules(md: MarkdownIt) -> None:
    admon_plugin(md)
    deflist_plugin(md)
    footnote_plugin(md, inline=False, move_to_end=False)
    ruler = md.block.ruler
    deflist = _rule_named(md, "deflist")
    ruler.at("blockquote", limited(blockquote, re.compile(">"), extra=3), {"alt": _INTERRUPTING})
    ruler.at("list", limited(list_block, _LIST_MARKER), {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.at("deflist", limited(deflist, re.compile(r"(?!)")), {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.at("footnote_def", limited(footnote_def, re.compile(r"\[\^[^\]\s]+\]:")), {"alt": ["paragraph", "reference"]})
    ruler.at(
        "admonition",
        limited(block_rules.admonition_only(admonition), re.compile("!!! ")),
        {"alt": _INTERRUPTING},
    )
    # A table also ends a list item's or a quotation's paragraph; attributes and abbreviations stand on their own lines.
    ruler.before("code", "pipe_table", block_rules.read_table, {"alt": ["paragraph", "reference"]})
    ruler.before("fence", "container", limited(block_rules.read_container, re.compile(":::")), {"alt": _INTERRUPTING})
    ruler.before("fence", "math_block", block_rules.read_math_block, {"alt": _INTERRUPTING})
    ruler.before("list", "abbreviation", block_rules.read_abbreviation, {"alt": _INTERRUPTING})
    ruler.before("paragraph", "attribute_line", block_rules.read_attribute_line, {"alt": ["paragraph", "reference"]})
    ruler.disable(["html_block"])


def _set_inline_rules(md: MarkdownIt) -> None:
    ruler = md.inline.ruler
    ruler.before("backticks", "formula", inline_rules.read_formula)
    ruler.before("emphasis", "index", inline_rules.script_rule("~", "index"))
    ruler.before("emphasis", "power", inline_rules.script_rule("^", "power"))
    ruler.before("link", "footnote_reference", inline_rules.read_footnote_reference)
    ruler.before("link", "passage", inline_rules.read_passage)
    ruler.after("image", "picture_attributes", inline_rules.read_picture_attributes)
    ruler.after("autolink", "html_tag", inline_rules.read_html_tag)
    # Marks of notes that do not exist must be reported, so our own rule takes them all.
    ruler.disable(["linkify", "html_inline", "footnote_ref"])
    md.inline.ruler2.enable(["strikethrough"])


def _rule_named(md: MarkdownIt, name: str) -> BlockRule:
    """A plugin's rule that it does not export."""
    return next(one.fn for one in md.block.ruler.__rules__ if one.name == name)
