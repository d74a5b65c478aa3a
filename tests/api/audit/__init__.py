"""The audit log: what it shows, and that nobody changes it unseen."""
