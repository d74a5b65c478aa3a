from hypothesis import given, settings

from builder.model.codec import decode, encode
from builder.model.document import Document
from tests.laws.documents import documents, soup
from tests.thorough import examples


@settings(max_examples=examples(25), deadline=None)
@given(documents(text=soup()))
def test_any_document_survives_encoding(document: Document) -> None:
    assert decode(encode(document)) == document
