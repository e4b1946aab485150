"""Webhooks: systems say that something changed there, and programs of others are told what happens here."""
