"""Pages of the technician, and what the office sees of a visit."""
