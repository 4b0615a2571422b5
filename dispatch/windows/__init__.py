"""Promise windows: what may be promised, places held and sold, changes by the customer (docs/windows.md)."""
