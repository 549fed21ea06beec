"""From what the user does to state, and from state to what the views show; no widgets."""
