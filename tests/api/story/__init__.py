"""A year of the university, told through HTTP."""
