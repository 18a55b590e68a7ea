"""Tables of what is hidden, and the privacy ledger."""
