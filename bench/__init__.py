"""What the program costs, measured; `make bench` runs it. No test depends on a time."""
