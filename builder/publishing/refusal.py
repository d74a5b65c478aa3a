"""What goes wrong when pages are built, as our own error."""

from pathlib import Path


class PagesNotBuilt(Exception):
    """MkDocs refused the configuration or failed on a page; `reason` is what it said."""

    def __init__(self, config: Path, reason: str) -> None:
        super().__init__(f"{config.name}: {reason}")
        self.config = config
        self.reason = reason
