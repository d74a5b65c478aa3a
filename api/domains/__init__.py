"""One folder for each area of the university's work; the names inside a folder are fixed (see ARCHITECTURE.md)."""
