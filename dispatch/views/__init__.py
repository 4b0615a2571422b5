"""Dispatch's pages: the queue, candidates and the assignment form, the timeline, the panel beside a ticket."""
