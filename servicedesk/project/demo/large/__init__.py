"""The large demonstration: a few hundred tickets played by real actions, copied a thousandfold over two years."""
