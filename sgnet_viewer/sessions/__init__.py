"""Saved sessions: what is open and how it is looked at, as one small JSON file."""
