"""The columns of the board's feed in the order of each row; the browser reads them by these names."""

TECHNICIAN = ("id", "outlet", "name", "stars", "homeLat", "homeLon", "lastLat", "lastLon", "lastSeen", "skills")
SHIFT = ("technician", "start", "end", "lunchStart", "lunchEnd", "lunchMinutes")
ABSENCE = ("technician", "start", "end", "reason")
# `travel` are the minutes on the road to it from the job with the id `travelFrom` (0: from where the day begins); null
# where a place is unknown. All instants are milliseconds of the epoch.
JOB = (
    "id",
    "number",
    "version",
    "technician",
    "start",
    "end",
    "state",
    "ticketState",
    "kind",
    "priority",
    "category",
    "district",
    "lat",
    "lon",
    "promisedFrom",
    "promisedUntil",
    "due",
    "arrived",
    "finished",
    "travelFrom",
    "travel",
)
# `due` is the next clock that runs out, whichever; `arrivalDue` the one the rules ask about.
TRAY = (
    "number",
    "outlet",
    "ticketState",
    "kind",
    "priority",
    "category",
    "district",
    "lat",
    "lon",
    "minutes",
    "received",
    "due",
    "windowFrom",
    "windowUntil",
    "promised",
    "waitsFor",
    "arrivalDue",
    "why",
    "tray",
)
