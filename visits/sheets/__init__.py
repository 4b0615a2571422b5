"""The service record sheet: its content, freezing and correction, page, PDF and API (docs/sheets.md)."""
