"""The act of routing: dispatch, duplicates, suspicion of spam, trials and explanations."""
