"""The second screen of an import: what is still to be decided of a draft, and deciding it."""
