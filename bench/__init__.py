"""The bench: how quick the product is on real data, measured over HTTP against the server that production uses."""
