"""Builds courses written in Markdown into sites and every other reading format."""
