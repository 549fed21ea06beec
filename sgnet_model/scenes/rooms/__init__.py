"""What belongs into a room and where it stands: recipes, walls, openings, clutter."""
