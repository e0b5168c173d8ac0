"""Measurements of the application as it is served, beside Node's Socket.IO and a floor in C."""
