"""The routes of people, a file for each story."""
