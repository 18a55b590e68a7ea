"""The bell: notices to colleagues inside the product."""
