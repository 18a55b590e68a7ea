"""Plans that strangers' files hold, read in a process of their own: `reading` asks, `child` reads."""
