import { ready } from "../lib/page/ready";
import { tellAgain } from "../lib/push/staff_push";

// A browser without storage, or a server that is away: the next page asks again.
tellAgain().catch(() => undefined);
ready();
