"""The point cloud, drawn by Open3D in a process of its own, and what the window needs of it."""
