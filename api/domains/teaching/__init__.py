"""Academic years, semesters and sessions; classes; groups and their curators; support of single students."""
