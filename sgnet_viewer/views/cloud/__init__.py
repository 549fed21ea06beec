"""The point cloud's widget: the picture of another process, turned, marked and picked from."""
