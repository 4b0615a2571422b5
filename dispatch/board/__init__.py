"""The board dispatchers look at all day: what it shows, who else looks, and what they keep of it."""
