"""Accounts, signing in, second factors, tokens for programs: how a request gets its actor."""
