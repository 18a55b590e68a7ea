import { ready } from "../lib/page/ready";
import { findFromAnywhere } from "../lib/page/search_box";
import { tellAgain } from "../lib/push/staff_push";

findFromAnywhere();

// A browser without storage, or a server that is away: the next page asks again.
tellAgain().catch(() => undefined);
ready();
