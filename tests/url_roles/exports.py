"""Routes of exports."""

from tests.url_roles import EVERYBODY, Row

EXPORTERS = EVERYBODY - {"technician", "auditor"}
ROWS = {
    "ticket_export": Row(allowed=EXPORTERS),
    "figure_export": Row(allowed=EXPORTERS),
}
