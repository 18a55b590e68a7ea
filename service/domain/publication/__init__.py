"""What the public sees of a report: taking off every public door and putting back, with the ledger of it."""
