"""Words of mails."""
