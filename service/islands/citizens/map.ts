import { ready } from "../lib/page/ready";

ready();
