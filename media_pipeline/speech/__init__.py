"""A Document as speech: what is said, how it is spelled out for a voice, and who says it."""
