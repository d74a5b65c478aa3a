"""What every route shares: exchanges, pages of lists, entity tags, idempotency, refusals of bad input."""
