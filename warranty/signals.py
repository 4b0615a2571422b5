"""Facts the apps above may want to follow. Sent inside the transaction, with ticket, remedy, actor and now."""

from django.dispatch import Signal

# An exchange or a refund is carried out: the work on the ticket is over, and the customer is asked about it.
remedy_done = Signal()
# The customer's old unit came back to us to stay.
old_unit_kept = Signal()
