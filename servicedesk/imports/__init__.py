"""Lists taken into the house from CSV and XLSX files: looked at first, confirmed, carried out as long work."""
