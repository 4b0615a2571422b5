"""Facts the apps above may want to follow. Sent inside the transaction, with ticket, assignment, actor and now."""

from django.dispatch import Signal

# The technician said yes: the visit can be planned.
assignment_accepted = Signal()
# The technician no longer goes: reassigned, refused, called off with the ticket, or given back by a visit.
assignment_released = Signal()
