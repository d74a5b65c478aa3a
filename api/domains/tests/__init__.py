"""Tests, exam sittings, and the attempts of students at them."""
