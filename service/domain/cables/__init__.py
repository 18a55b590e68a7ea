"""Hanging cables: what goes underground where and until when, and what each company does for it."""
