"""A rendered room as a moving camera, drawn in a process of its own."""
