"""The API, through its own routes, on SQLite and on PostgreSQL."""
