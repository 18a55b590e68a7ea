"""What the other packages of the domain stand on; it knows none of them."""
