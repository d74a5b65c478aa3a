"""Independent programs, one file each; their errors become ours here."""
