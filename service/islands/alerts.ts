import { ready } from "./lib/ready";

ready();
