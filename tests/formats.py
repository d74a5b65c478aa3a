"""Formats that a test asks for."""

from typing import Final

from builder.model.format import FORMATS, Maker

SILENT: Final = tuple(one for one in FORMATS if one.maker is not Maker.SOUND)
WITHOUT_SOUND: Final = ("--only", ",".join(one.name for one in SILENT))
"""For builds that are not about sound: speaking takes longer than everything else together."""
