"""What surfaces look like: materials, patterns, prints, light and shadow."""
