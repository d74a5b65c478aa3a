"""Accommodations: asked for by a student, agreed by three parties, documented, in force everywhere (clauses 6.6, 7.1,
7.3)."""
