"""Official documents: how each unit writes them, who signs, and the register of those that were made."""
