"""The emergency screen against hand-written messages: development sets to learn from, test sets to be judged by."""
