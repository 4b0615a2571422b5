"""How big a demonstration is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """`tickets` counts all of them, `living` those that are in the middle of something as of the day asked for."""

    tickets: int
    living: int
    days: int
    customers: int
    outlets: int
    technicians: int
    agents: int
    # Tickets played by real actions from which all others are copied; 0 means that every ticket is played.
    played: int = 0


SCALES = {
    "small": Scale(tickets=220, living=44, days=30, customers=160, outlets=3, technicians=24, agents=4),
    "medium": Scale(tickets=3_000, living=120, days=90, customers=2_000, outlets=6, technicians=60, agents=12),
    "large": Scale(
        tickets=1_000_000,
        living=2_700,
        days=730,
        customers=300_000,
        outlets=30,
        technicians=300,
        agents=60,
        played=320,
    ),
}
