"""The REST API: what its endpoints share, and the endpoints of the service desk (docs/api.md)."""
