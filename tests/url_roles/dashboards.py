"""Routes of the dashboards."""

from tests.url_roles import EVERYBODY, Row

READERS = EVERYBODY - {"technician"}
ROWS = {
    "dashboard": Row(allowed=READERS),
    "dashboard_rows": Row(allowed=READERS),
}
