"""Webhooks: who is told what happens, in which words, and that it was us who said so."""
