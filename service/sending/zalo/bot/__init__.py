"""Zalo's bot platform: a bot in an ordinary group, told by token, heard by webhook."""
