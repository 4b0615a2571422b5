"""The demonstration: an invented city with its customers, outlets and tickets."""
