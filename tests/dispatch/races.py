"""Many callers at the same moment, each with a database connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection


def at_once(calls: Sequence[Callable[[], Any]], seconds: float = 60) -> list[Any]:
    """What each call gave, or the exception it raised; all start together.

    Fails where a call has not come back after `seconds`: somebody waits for a lock for ever.
    """
    results: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(seconds)
            results[place] = call()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for a lock for ever"
    return results
