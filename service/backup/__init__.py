"""Backup and restore of one installation: database, media, keys, and the privacy ledger beside them."""
