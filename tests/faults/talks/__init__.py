"""Soak of conversations: people write by Zalo and Messenger while workers are killed at random."""
