"""The pages of policies and escalation ladders: what is promised to whom, who hears when it slips, and a tester."""
