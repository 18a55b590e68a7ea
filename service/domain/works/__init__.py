"""Works beside reports: their lives, their terms, what colleagues do with them."""
