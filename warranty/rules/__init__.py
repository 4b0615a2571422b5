"""The three guarantees as pure rules: facts, an edition of dated figures and a day in; a decision with reasons out."""
