"""What maker and company promise beside the law: dated rows that the verdict reads and that only add to it."""
