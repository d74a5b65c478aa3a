"""mkdocs.yml -> Settings, without MkDocs."""

from collections.abc import Mapping
from pathlib import Path

from builder.model.finding import Finding
from builder.model.settings import Settings


class UnusableConfiguration(Exception):
    """A configuration with which no build can start. `rule` and `values` choose the message, as in a Finding."""

    def __init__(self, path: str, line: int, rule: str, values: Mapping[str, str]) -> None:
        super().__init__(f"{path}:{line}: {rule} {dict(values)}")
        self.path = path
        self.line = line
        self.rule = rule
        self.values = values

    @property
    def finding(self) -> Finding:
        """The same as a finding, for `builder.messages.format_finding`."""
        return Finding(self.path, self.line, self.rule, values=self.values)


def read_settings(mkdocs_yml: Path) -> tuple[Settings, tuple[Finding, ...]]:
    """The `jetki` plugin entry. Raises UnusableConfiguration."""
    return Settings({}), ()
