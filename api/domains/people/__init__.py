"""Persons with their names, the tree of units, and who holds which role where and when."""
