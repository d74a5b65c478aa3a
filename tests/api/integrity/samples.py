"""Texts that nobody has written, in Kyrgyz and Russian, with planted copies: made from the pages in `content/`.

`python -m tests.api.integrity.samples` measures 300 texts of 600 words of each language.
"""

import random
import re
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from api.domains.integrity.similarity import find_common_passages, pairs_alike, prints_of, read_text

CONTENT = Path(__file__).parents[3] / "content"
LENGTH = 600
JUMP = 0.2
"""How often a word does not follow the one before as it does on a page: two texts then seldom share eight words."""
_MARKUP = re.compile(r"^---.*?---|\{[^}]*\}|\([^)]*\)|[|#*`\[\]!]", re.DOTALL)


def words_in(language: str) -> list[str]:
    pages = sorted(CONTENT.glob(f"*/{language}/*.md"))
    return " ".join(_MARKUP.sub(" ", page.read_text(encoding="utf-8")) for page in pages).split()


class Writer:
    """Writes texts whose words follow each other as on the pages, mostly."""

    def __init__(self, language: str, seed: int) -> None:
        self.random = random.Random(seed)
        self.words = words_in(language)
        self.following: dict[str, list[str]] = defaultdict(list)
        for one, other in zip(self.words, self.words[1:], strict=False):
            self.following[one].append(other)

    def text(self) -> list[str]:
        written = [self.random.choice(self.words)]
        while len(written) < LENGTH:
            jumps = self.random.random() < JUMP or written[-1] not in self.following
            written.append(self.random.choice(self.words if jumps else self.following[written[-1]]))
        return written

    def copy(self, source: Sequence[str], share: float, *, changed_every: int = 0) -> list[str]:
        """A text of its own with so much of the other in three passages; every so many words one was replaced."""
        written = self.text()
        part, third = int(LENGTH * share) // 3, LENGTH // 3
        for number in range(3):
            start = number * third
            there, here = start + self.random.randrange(third - min(part, third - 1)), start
            passage = list(source[there : there + part])
            if changed_every:
                for at in range(changed_every - 1, len(passage), changed_every):
                    passage[at] = self.random.choice(self.words)
            written[here : here + part] = passage
        return written


@dataclass
class Planted:
    """`copies`: numbers of two texts -> the share of the second that is the first's."""

    texts: list[str] = field(default_factory=list)
    copies: dict[tuple[int, int], float] = field(default_factory=dict)


def plant(language: str, count: int, each: int, *, seed: int = 7, changed_every: int = 0) -> Planted:
    """`each` copies of 30, 50 and 70 per cent among so many texts."""
    writer = Writer(language, seed)
    planted = Planted()
    for share in (0.3, 0.5, 0.7):
        for _ in range(each):
            source = writer.text()
            number = len(planted.texts)
            copied = writer.copy(source, share, changed_every=changed_every)
            planted.texts += [" ".join(source), " ".join(copied)]
            planted.copies[number, number + 1] = share
    planted.texts += [" ".join(writer.text()) for _ in range(count - len(planted.texts))]
    return planted


def found_by_share(planted: Planted, found: Sequence[tuple[int, int]]) -> Mapping[float, int]:
    return {
        share: sum(pair in found for pair, one in planted.copies.items() if one == share) for share in (0.3, 0.5, 0.7)
    }


def main() -> None:
    for language in ("ky", "ru"):
        for changed_every in (0, 12, 10, 8):
            planted = plant(language, 300, 10, changed_every=changed_every)
            begun = time.process_time()
            findings = find_common_passages(planted.texts)
            spent = time.process_time() - begun
            pairs = [(one.first, one.second) for one in findings.matches]
            others = [one for one in findings.matches if (one.first, one.second) not in planted.copies]
            prints = [prints_of(read_text(text)) for text in planted.texts]
            alike = sorted(pairs_alike(prints, len(prints)))
            print(
                f"{language}, a word replaced in every {changed_every or 'none'}: of 10 copies each found "
                f"{found_by_share(planted, pairs)}, by hashing alone {found_by_share(planted, alike)}, "
                f"other pairs {len(others)} (at most {max((one.shared_words for one in others), default=0)} words), "
                f"{spent:.1f} s of one core"
            )


if __name__ == "__main__":
    main()
