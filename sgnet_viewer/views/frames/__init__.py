"""The list of the open set's frames: rows, filters, thumbnails."""
