"""Ratios against other programs, measured in one run: `make bench`. Not part of the suite: nothing gates on time."""
