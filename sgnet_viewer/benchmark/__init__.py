"""What the window takes: benchmarks that start the real program and use it as a user does."""
