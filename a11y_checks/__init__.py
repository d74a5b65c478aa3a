"""Judges accessibility: source rules, a real browser, independent programs."""
