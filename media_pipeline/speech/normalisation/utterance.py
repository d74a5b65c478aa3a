"""Words collected for the voices: runs of one language, punctuation where it is heard, nothing that cannot be said."""

import re
from typing import Final

from builder.model.language import ENGLISH, KYRGYZ, RUSSIAN, LanguageTag, primary_language
from media_pipeline.speech.normalisation.words import Words

_STRENGTH: Final = {
    mark: strength for strength, marks in enumerate((",", "—", ":", ";", ".", "!", "?")) for mark in marks
}
_LETTERS: Final = {KYRGYZ: "А-Яа-яЁёҢңӨөҮү", RUSSIAN: "А-Яа-яЁё", ENGLISH: "A-Za-z"}
_UNSAYABLE: Final = {tag: re.compile(rf"[^{letters}.,;:?!—'\- ]") for tag, letters in _LETTERS.items()}
"""What a voice could misread, by its language."""
_LOOSE_JOINTS: Final = re.compile(r"(?<![^\W\d_])['-]+|['-]+(?![^\W\d_])")


class Utterance:
    """Runs of words in the making."""

    def __init__(self) -> None:
        self._runs: list[tuple[LanguageTag, list[str]]] = []
        self._mark = ""
        self._mark_is_ours = False

    def add(self, language: LanguageTag, said: str) -> None:
        """Words that may hold punctuation themselves."""
        language = primary_language(language)
        said = _LOOSE_JOINTS.sub(" ", _UNSAYABLE[language].sub(" ", said))
        for word in said.split():
            bare = word.rstrip(".,;:?!—")
            if bare:
                self._add_word(language, bare.lstrip(".,;:?!—") or bare)
            for mark in word[len(bare) :]:
                self.pause(mark)

    def extend(self, runs: tuple[Words, ...]) -> None:
        for run in runs:
            self.add(run.language, run.text)

    def pause(self, mark: str, *, ours: bool = False) -> None:
        """Punctuation after the last word; of several marks the strongest is heard. `ours` says that it stands for
        something else, such as a bracket: then it is not needed at the very end."""
        if self._runs and _STRENGTH[mark] >= _STRENGTH.get(self._mark, -1):
            self._mark_is_ours = ours and (self._mark_is_ours or mark != self._mark)
            self._mark = mark

    def finish(self) -> tuple[Words, ...]:
        if self._mark and not self._mark_is_ours:
            self._mark = "," if self._mark == "—" else self._mark
            self._put_mark()
        return tuple(Words(language, "".join(parts)) for language, parts in self._runs)

    def _add_word(self, language: LanguageTag, word: str) -> None:
        same_voice = bool(self._runs) and self._runs[-1][0] == language
        if self._mark:
            if self._mark == "—" and not same_voice:
                self._mark = ","
            self._put_mark()
        if same_voice:
            self._runs[-1][1].append(f" {word}")
        else:
            self._runs.append((language, [word]))

    def _put_mark(self) -> None:
        self._runs[-1][1].append(" —" if self._mark == "—" else self._mark)
        self._mark = ""
