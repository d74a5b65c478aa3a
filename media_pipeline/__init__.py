"""Sound and words: lessons read aloud, and recordings written down."""
