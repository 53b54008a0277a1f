"""The whole program served for a while, and simulated patients who use it; for tests and `clinic simulate`."""
