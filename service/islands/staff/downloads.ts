// Waiting for a file: the page asks by itself how far it is.
import "htmx.org";
import { ready } from "../lib/page/ready";

ready();
