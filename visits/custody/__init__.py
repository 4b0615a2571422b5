"""A customer's product in our hands: picked up by an approved exception where it is carried in, and returned."""
