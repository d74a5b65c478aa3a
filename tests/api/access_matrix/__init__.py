"""Who may do what: as a table, and over HTTP."""
