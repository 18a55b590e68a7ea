"""Lines that strangers' map files hold, read in a process of their own: `reading` asks, `child` reads."""
