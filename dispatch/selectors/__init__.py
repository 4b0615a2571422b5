"""What dispatch reads: people and jobs as the rules see them, the queue, the board."""
