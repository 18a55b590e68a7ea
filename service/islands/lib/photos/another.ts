// Photos that the service did not take: another one in their place, or none.
import { maybe } from "../page/dom";
import { newId } from "../requests/ids";
import { flush } from "../sending/outbox";
import { UnsupportedPhoto, shrink } from "./shrink";
import { listenToSources } from "./sources";
import { store, type KeptPhoto, type Waiting } from "../storage/store";
import { toast } from "../page/toast";
import { line } from "../requests/page_line";
import { say } from "../page/words";

/** Offer another photo, where `within` has a field for it, for those of `photos` that were refused. */
export function offerAnother(within: HTMLElement, report: Waiting, photos: KeptPhoto[], changed: () => void): void {
  const refused = photos.filter((each) => each.state === "refused");
  const box = maybe("[data-another]", within);
  if (!box) return;
  box.hidden = !report.code || refused.length === 0;
  listenToSources(box, (files) => void replace(report, refused, files.slice(0, refused.length), changed));
}

/** Drop the refused photos of a report that has arrived. */
export async function dropRefused(report: Waiting, photos: KeptPhoto[]): Promise<void> {
  const refused = photos.filter((each) => each.state === "refused");
  const left = photos.length - refused.length;
  const drop = refused.map((each): ["photos", string] => ["photos", each.id]);
  if (left) await store().change({ drop, put: [["outbox", waiting(report)]] });
  else await store().change({ drop: [...drop, ["outbox", report.id]] });
}

async function replace(report: Waiting, refused: KeptPhoto[], files: File[], changed: () => void): Promise<void> {
  for (const [n, file] of files.entries()) {
    const old = refused[n];
    if (!old) break;
    try {
      const { bytes, type } = await shrink(file);
      const photo: KeptPhoto = { id: newId(), report: report.id, order: old.order, type, bytes, state: "waiting" };
      await store().change({ put: [["photos", photo], ["outbox", waiting(report)]], drop: [["photos", old.id]] });
    } catch (error) {
      toast(say(error instanceof UnsupportedPhoto ? error.message : "failed"), { bad: true });
    }
  }
  changed();
  await flush(line, { eager: true, wait: true });
  changed();
}

/** The report as one whose photos go by themselves again. */
function waiting({ problem: _, ...report }: Waiting): Waiting {
  return { ...report, state: "sent", tries: 0, nextAt: 0 };
}
