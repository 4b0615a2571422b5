"""What a customer may claim beside the guarantee: pure answers by the law of the day of the event.

`guide.answer(claim, edition, rest_days, as_of)` is the way in; every figure and every recognised act is a dated row of
`warranty/parameters/compensation.toml` and `consumer_law.toml`.
"""
