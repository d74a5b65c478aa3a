"""Golden files: outputs that people read, kept as text. To write them anew: ``JETKI_WRITE_GOLDEN=1 pytest …``, then
read what has changed."""

import os
from pathlib import Path


def assert_golden(path: Path, text: str) -> None:
    """The text is what the file holds."""
    if os.environ.get("JETKI_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")
