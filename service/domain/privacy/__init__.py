"""What may be taken back: hiding from the public, and the ledger by which a restore takes it back again."""
