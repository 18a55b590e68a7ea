"""Cases of numbers on advertisements: from two witnesses to the owner who complied, and what carriers say."""
