"""Signing in, users, teams, tokens, the company."""
