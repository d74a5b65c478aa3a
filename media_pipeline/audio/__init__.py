"""Sound files: probing, loudness, encoding, tags, joining."""
