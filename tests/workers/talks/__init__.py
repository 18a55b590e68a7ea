"""Workers of conversations, against a double of Zalo that speaks HTTP."""
