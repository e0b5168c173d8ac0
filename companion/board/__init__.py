"""The board: what attendees may do on a talk's page, and what they see of it."""
