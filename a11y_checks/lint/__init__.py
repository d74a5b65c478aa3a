"""Rules on the source, for authors: pure functions on a Document."""
