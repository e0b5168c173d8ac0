"""The cast: whoever appears in a test is one of these four."""

ADA = "ada-the-author"
BOB = "bob-who-votes"
EVE = "eve-the-stranger"
GRACE = "grace-who-moderates"
