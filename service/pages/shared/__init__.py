"""Parts that many pages share: forms, cards, the timeline in words, maps, cookies of citizens."""
