"""Halfway: a conversation workspace for two. The map of the rooms is in README.md."""
