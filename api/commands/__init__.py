"""`jetki api …`: running the service, and what is done to it from a terminal."""
