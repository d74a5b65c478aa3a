"""Transcripts: drafted from the journal, approved, issued for good, printed in every form, verified by anybody."""
