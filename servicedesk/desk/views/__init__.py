"""Views of the desk, by activity."""
