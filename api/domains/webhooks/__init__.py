"""Tells other programs of the university that something has happened: signed requests that carry ids only.

Delivered at least once, in no certain order; the id of the event is the same at every attempt. Whoever is told reads
the rest through the API, as far as they may.
"""
