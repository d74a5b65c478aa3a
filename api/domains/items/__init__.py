"""Item banks: questions of eight kinds in language versions, their keys apart, and their renditions."""
