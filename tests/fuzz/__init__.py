"""Whatever comes from outside is read, or refused by the one error its reader promises."""
