"""Long work that goes on while people do something else: kept as rows, done in batches, watched on a page."""
