"""Courses, their typed resources with rights and forms, licensed library links, and the e-course package."""
