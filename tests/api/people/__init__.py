"""Persons, units, roles."""
