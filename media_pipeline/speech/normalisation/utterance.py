"""Words collected for the voices: runs of one language, punctuation where it is heard, nothing that cannot be said."""

import re
from typing import Final

from builder.model.language import LanguageTag, primary_language
from media_pipeline.speech.normalisation.words import Words

_STRENGTH: Final = {
    mark: strength for strength, marks in enumerate((",", "—", ":", ";", ".", "!", "?")) for mark in marks
}
_UNSAYABLE: Final = re.compile(r"[^A-Za-zА-Яа-яЁёҢңӨөҮү.,;:?!—'\- ]")
_LOOSE_JOINTS: Final = re.compile(r"(?<![^\W\d_])['-]+|['-]+(?![^\W\d_])")


class Utterance:
    """Runs of words in the making."""

    def __init__(self) -> None:
        self._runs: list[tuple[LanguageTag, list[str]]] = []
        self._mark = ""

    def add(self, language: LanguageTag, said: str) -> None:
        """Words that may hold punctuation themselves."""
        said = _LOOSE_JOINTS.sub(" ", _UNSAYABLE.sub(" ", said))
        for word in said.split():
            bare = word.rstrip(".,;:?!—")
            if bare:
                self._add_word(primary_language(language), bare.lstrip(".,;:?!—") or bare)
            for mark in word[len(bare) :]:
                self.pause(mark)

    def extend(self, runs: tuple[Words, ...]) -> None:
        for run in runs:
            self.add(run.language, run.text)

    def pause(self, mark: str) -> None:
        """Punctuation after the last word; of several marks the strongest is heard."""
        if self._runs and _STRENGTH[mark] >= _STRENGTH.get(self._mark, -1):
            self._mark = mark

    def finish(self) -> tuple[Words, ...]:
        if self._mark and _STRENGTH[self._mark] >= _STRENGTH[":"]:
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
