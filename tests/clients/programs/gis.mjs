// A client of OGC API – Features for browsers: everything it can ask of a collection.
import assert from "node:assert";
import { OgcApiEndpoint } from "@camptocamp/ogc-client";

const server = new OgcApiEndpoint(`${process.argv[2]}/ogc`);
assert((await server.conformanceClasses).length >= 4);
assert((await server.featureCollections).includes("reports"));
assert((await server.getCollectionInfo("reports")).queryables.length >= 4);
const dates = { start: new Date("2020-01-01"), end: new Date("2100-01-01") };
const box = [107, 16, 108, 17];
const some = await server.getCollectionItems("reports", 5, 2, false, ["created_at"], box, ["code"], dates);
assert.equal(some.length, 5);
const [first] = await server.getCollectionItems("reports", 1);
assert.equal((await server.getCollectionItem("reports", first.id)).id, first.id);
