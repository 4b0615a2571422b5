"""Promise windows."""
