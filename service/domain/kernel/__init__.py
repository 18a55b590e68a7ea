"""What every part of the domain may use and what knows none of them: addresses, codes, texts, tokens."""
