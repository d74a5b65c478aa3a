"""A real browser looks at built pages."""
