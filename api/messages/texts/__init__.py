"""One file for each area; a table for each problem, with ky, ru and en."""
