"""Admission to programmes, enrolment in classes with a waiting list, and individual study plans (clauses 1.4, 2.1)."""
