"""Tests of admission, enrolment and individual study plans."""
