"""What a client sees of HTTP itself, over routes of these tests' own and over all routes of the application."""
