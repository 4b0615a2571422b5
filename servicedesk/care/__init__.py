"""What a customer allows us to know of him and why: consents by purpose, and the notes that live by them."""
