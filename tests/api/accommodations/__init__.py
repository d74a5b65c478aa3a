"""Tests of `api.domains.accommodations`."""
