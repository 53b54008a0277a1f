"""Custom actions, one topic a file. Each is thin: read the turn, call the clinic, answer."""
