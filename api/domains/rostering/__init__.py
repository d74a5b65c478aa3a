"""Rosters from other systems: OneRoster 1.2 CSV, all or nothing, with a report for every row."""
