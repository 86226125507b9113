"""Webhooks: subscribed to at vendors, received, proved, stored, and split into notices."""
