"""Award dossiers after a movement: drafted, reviewed by the council, submitted, granted or declined."""
