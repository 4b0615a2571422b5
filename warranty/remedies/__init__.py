"""Exchange and refund, from the customer's choice to the last step; and what a person grants beside a verdict."""
