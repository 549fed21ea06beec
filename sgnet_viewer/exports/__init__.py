"""The files the window saves, from the same pictures and marks it shows."""
