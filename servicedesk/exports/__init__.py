"""Lists taken out of the house as CSV or XLSX: the rows of the screen, streamed, each taking written down."""
