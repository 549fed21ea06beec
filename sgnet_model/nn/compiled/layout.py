"""What kernels and their callers agree on."""

LANES = 16  # channels read at once: maps have a multiple of them
