"""Longer proofs: `python -m tests.soak`."""
