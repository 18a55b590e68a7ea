// Parts of a page that ask for themselves again (`hx-trigger="every …"`): downloads, conversations, telephones.
import "htmx.org";
import { ready } from "../lib/page/ready";

ready();
