"""The pages of the calendars: what they mean today, their years, a tester, and the warning of a year not loaded."""
