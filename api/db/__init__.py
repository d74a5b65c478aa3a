"""Engines, sessions, column types and migrations. Nothing here knows a domain."""
