"""Tests of the grading scales."""
