"""What the worker threads do: read frames and their facts, load networks, segment."""
