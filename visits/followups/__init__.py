"""What a visit leaves to be done: made when it is completed, ended by the owner of the ticket."""
