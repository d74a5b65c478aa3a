"""content/ -> courses; Markdown -> Document with source lines. Every problem becomes a Finding; nothing is lost."""
