// Sending a photo from a page, where its progress can be told.
import type { Upload } from "./outbox";

const STALLED_MS = 60 * 1000;

export const upload: Upload = ({ method, url, body }, secret, part) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.setRequestHeader("authorization", `Report ${secret}`);
    request.setRequestHeader("accept", "application/json");
    let watch = setTimeout(() => request.abort(), STALLED_MS);
    request.upload.addEventListener("progress", (event) => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), STALLED_MS);
      if (event.lengthComputable) part(event.loaded / event.total);
    });
    const settle = (act: () => void) => () => {
      clearTimeout(watch);
      act();
    };
    request.addEventListener("load", settle(() => resolve(asResponse(request))));
    request.addEventListener("error", settle(() => reject(new TypeError("network"))));
    request.addEventListener("abort", settle(() => reject(new TypeError("stalled"))));
    request.send(body);
  });

function asResponse(request: XMLHttpRequest): Response {
  const headers = new Headers();
  const retry = request.getResponseHeader("retry-after");
  if (retry) headers.set("retry-after", retry);
  return new Response(request.responseText || null, { status: request.status, headers });
}
