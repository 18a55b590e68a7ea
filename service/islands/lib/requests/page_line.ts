// What a page sends with: the progress of a photo can be told, and a puzzle is solved in a worker.
import { headersFor, type Line, type Upload } from "./line";

const STALLED_MS = 60 * 1000;

const upload: Upload = ({ method, url, body, extra }, secret, part) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries({ ...headersFor(secret), ...extra })) request.setRequestHeader(name, value);
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
    // It follows redirects without a word: what another address answers is no answer.
    const elsewhere = () => request.responseURL !== new URL(url, location.href).href;
    request.addEventListener("load", settle(() => (elsewhere() ? reject(new TypeError("diverted")) : resolve(asResponse(request)))));
    request.addEventListener("error", settle(() => reject(new TypeError("network"))));
    request.addEventListener("abort", settle(() => reject(new TypeError("stalled"))));
    request.send(body);
  });

/** The solver is fetched when it is needed, which is seldom. */
export const line: Line = { upload, prove: async (challenge) => (await import("./prove")).prove(challenge) };

function asResponse(request: XMLHttpRequest): Response {
  const headers = new Headers();
  for (const name of ["content-type", "retry-after"]) {
    const value = request.getResponseHeader(name);
    if (value) headers.set(name, value);
  }
  return new Response(request.responseText || null, { status: request.status, headers });
}
