"""Recordings as words with times: recognition, and alignment of a known script."""
