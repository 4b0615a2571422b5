"""`make run`: one command that starts the whole house and ends it again."""
