"""Handlers: they ask the policy, call the domain, and show what came of it."""
