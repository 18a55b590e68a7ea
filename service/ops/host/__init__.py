"""Facts of the machine itself: its disks, and the certificate its visitors are shown."""
