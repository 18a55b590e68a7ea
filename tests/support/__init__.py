"""What tests share: stages, casts, servers and readers. No tests of the product."""
