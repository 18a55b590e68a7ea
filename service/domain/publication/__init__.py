"""Publication of reports: taking them off every public page and putting them back, with the ledger of it."""
