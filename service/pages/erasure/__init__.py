"""The page for erasing personal data."""
