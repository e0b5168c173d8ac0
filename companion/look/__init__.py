"""How a series looks: its colour, kept readable, and its logo, checked before anybody sees it."""
