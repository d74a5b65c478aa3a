"""Work that students hand in: assignments, groups, submissions in versions, receipts."""
