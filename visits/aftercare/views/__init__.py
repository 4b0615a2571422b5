"""The pages of aftercare: the callers' and the customer's."""
