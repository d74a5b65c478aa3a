"""Sentences of a Document: what is read aloud in one breath, highlighted as one, and can be started from."""

from builder.sentences.boundaries import find_sentence_starts
from builder.sentences.marking import mark_sentences

__all__ = ["find_sentence_starts", "mark_sentences"]
