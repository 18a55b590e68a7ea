"""Clean-ups over HTTP: what everybody may read and sign up for, and what colleagues do."""
