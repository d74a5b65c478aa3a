"""The sample rates of our sound."""

from typing import Final

SAMPLE_RATE: Final = 24_000
"""Of everything we make: enough for all that a voice has, and a rate that Opus, MP3 and AAC all take as it is."""
SPEECH_RATE: Final = 16_000
"""What recognition and voice detection work at."""
