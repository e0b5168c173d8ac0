"""Sockets: who listens to what, and what each audience is told."""
