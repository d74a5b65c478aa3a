"""Asks only those block rules that a line's first character allows: most lines begin with a letter."""

from collections.abc import Callable, Mapping
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from builder.reading.block_rules import BlockRule

# A rule that is not named here may begin with any character.
_FIRST_CHARACTERS: Final[Mapping[str, str]] = {
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*-+0123456789",
    "admonition": "!",
    "container": ":",
    "math_block": "$",
    "abbreviation": "*",
    "footnote_def": "[",
    "reference": "[",
    "heading": "#",
    "attribute_line": "{",
}
_CHAINS: Final = ("", "paragraph", "reference", "blockquote", "list")


def choose_rules_by_first_character(md: MarkdownIt) -> None:
    """Replaces the chains of block rules by one rule each that looks at the line first. To be called last."""
    names = {rule.fn: rule.name for rule in md.block.ruler.__rules__}
    chains = {
        chain: [_dispatcher([(names[rule], rule) for rule in md.block.ruler.getRules(chain)])] for chain in _CHAINS
    }

    def get_rules(chainName: str = "") -> list[BlockRule]:
        return chains.get(chainName, [])

    md.block.ruler.getRules = get_rules  # type: ignore[method-assign]


def _dispatcher(rules: list[tuple[str, BlockRule]]) -> Callable[[StateBlock, int, int, bool], bool]:
    characters = sorted({one for name, _ in rules for one in _FIRST_CHARACTERS.get(name, "")})
    anywhere = [rule for name, rule in rules if name not in _FIRST_CHARACTERS]
    by_character = {
        one: [rule for name, rule in rules if one in _FIRST_CHARACTERS.get(name, one)] for one in characters
    }

    def dispatch(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        first = state.src[state.bMarks[line] + state.tShift[line] : state.bMarks[line] + state.tShift[line] + 1]
        for rule in by_character.get(first, anywhere):  # noqa: SIM110  (`any` costs a generator per line)
            if rule(state, line, end, silent):
                return True
        return False

    return dispatch
