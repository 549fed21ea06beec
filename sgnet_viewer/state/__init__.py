"""What the window shows, and nothing of how."""
