"""Routes of clocks."""

from tests.url_roles import Row

ROWS = {
    "clock_explain": Row(
        lambda world: {
            "number": world.ticket.number,
            "clock_id": world.ticket.clocks.get(kind="arrival", cycle=1).pk,
        },
        scoped=True,
    ),
}
