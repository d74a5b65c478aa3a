"""The theme `jetki`: Material with our own page frame, for use as ``theme: {name: jetki}`` in mkdocs.yml."""

import os

# Material prints a notice about its end of life on every run of `mkdocs`; the date stands in ARCHITECTURE.md.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
