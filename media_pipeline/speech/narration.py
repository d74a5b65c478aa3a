"""A Document as a script."""

from builder.model.document import Document, Heading, Sentence, plain_text, walk
from builder.sentences import mark_sentences
from media_pipeline.speech.normalisation import Glossary, normalise
from media_pipeline.speech.script import ChapterStart, Chunk, Part, Place, Script, Utterance


def write_script(document: Document, glossary: Glossary) -> Script:
    """The lesson as it is read aloud, in reading order. Sentences are marked inside."""
    utterances: list[Utterance] = []
    places: list[Place] = []

    def say(text: str, place: Place) -> None:
        words = normalise(text, document.language, glossary)
        utterances.append(Utterance(tuple(Part(one.language, one.text) for one in words), 400))
        places.append(place)

    say(document.title, Place("", ChapterStart(document.title, 1)))
    chapter = None
    for node in walk(mark_sentences(document)):
        if isinstance(node, Heading):
            chapter = ChapterStart(plain_text(node.children), node.level, node.anchor)
        elif isinstance(node, Sentence):
            say(plain_text(node.children), Place(node.id, chapter))
            chapter = None
    return Script((Chunk(tuple(utterances)),), (tuple(places),))
