"""How long a document is, for readers who want to know before they take a file."""

from builder.model.document import (
    Abbreviation,
    CodeBlock,
    CodeSpan,
    DiagramEdge,
    DiagramNode,
    Document,
    Picture,
    Text,
    walk,
)


def count_words(document: Document) -> int:
    """Words that the author wrote: running text, code, descriptions of pictures, labels of diagrams."""
    return sum(
        1 for text in _written(document) for word in text.split() if any(character.isalnum() for character in word)
    )


def _written(document: Document) -> list[str]:
    texts = [document.title]
    for node in walk(document):
        match node:
            case Text(text=text) | CodeSpan(text=text) | CodeBlock(text=text) | Abbreviation(text=text):
                texts.append(text)
            case Picture(alt=text) | DiagramNode(label=text) | DiagramEdge(label=text):
                texts.append(text)
    return texts
