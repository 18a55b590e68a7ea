"""The installation judged part by part, in words for people who keep it."""
