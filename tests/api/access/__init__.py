"""Accounts and signing in, as clients and intruders try them."""
