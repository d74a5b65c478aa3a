"""Grading scales as dated data: five-point, 100-point, letters, ECTS."""
