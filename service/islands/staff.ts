import { ready } from "./lib/ready";
import { tellAgain } from "./lib/staffpush";

// A browser without storage, or a server that is away: the next page asks again.
tellAgain().catch(() => undefined);
ready();
