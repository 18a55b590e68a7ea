// One's own sign-up: this browser is told, once its button is pressed.
import { offerPush } from "../lib/push/browser_push";
import { ready } from "../lib/page/ready";

offerPush();
ready();
