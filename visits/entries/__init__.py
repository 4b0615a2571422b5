"""What a technician's phone sends, made with or without a network: stored first, then applied in its own order."""
