// The feed's stream while somebody looks: a browser has six connections to a host over HTTP/1.1, and a stream that
// nobody sees keeps one for good. Hidden pages give theirs back; of those that are seen a few have one, the others look
// now and then.

/** Streams of all pages of this browser together; the rest of its connections is for what people ask for. */
const MOST_STREAMS = 3;
const AGAIN_MS = 20_000;

interface Listener {
  /** An event came; `data` is an item of the feed as JSON. */
  heard: (data: string) => void;
  /** The page is seen again, or the stream was away: events may have gone by. */
  missed: () => void;
}

export class Stream {
  private source?: EventSource;
  private release?: () => void;
  private timer?: ReturnType<typeof setTimeout>;
  private wanted = false;
  private run = 0;
  private last = "";

  constructor(
    private url: string,
    private readonly listener: Listener,
  ) {
    document.addEventListener("visibilitychange", () => this.arrange());
    window.addEventListener("pageshow", () => this.arrange());
    window.addEventListener("pagehide", () => this.close());
    window.addEventListener("online", () => this.arrange());
    this.arrange(true);
  }

  /** Return whether this page's connection delivers events now. */
  get open(): boolean {
    return this.source?.readyState === EventSource.OPEN;
  }

  /** Go on with other events than before. */
  follow(url: string): void {
    this.url = url;
    this.last = "";
    this.close();
    this.arrange(true);
  }

  /** Resume from this position while no event has come yet. */
  from(cursor: string): void {
    this.last ||= cursor;
  }

  private arrange(first = false): void {
    if (document.visibilityState !== "visible") return this.close();
    if (this.wanted) return;
    this.wanted = true;
    if (!first) this.listener.missed();
    void this.begin();
  }

  private close(): void {
    this.wanted = false;
    this.run += 1;
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
    this.release?.();
    this.release = undefined;
  }

  private async begin(): Promise<void> {
    this.run += 1;
    const { run } = this;
    const release = await turn();
    if (run !== this.run) return release?.();
    if (!release) return this.later();
    this.release = release;
    const url = new URL(this.url, location.href);
    if (this.last) url.searchParams.set("after", this.last);
    const source = new EventSource(url);
    this.source = source;
    let opened = false;
    source.onopen = () => {
      if (opened) this.listener.missed();
      opened = true;
    };
    source.onmessage = (message: MessageEvent<string>) => {
      this.last = message.lastEventId || this.last;
      this.listener.heard(message.data);
    };
    source.onerror = () => {
      // The browser tries again by itself unless the answer was none of a stream: a portal's page, too many streams.
      if (source.readyState !== EventSource.CLOSED || this.source !== source) return;
      this.source = undefined;
      this.last = "";
      this.release?.();
      this.release = undefined;
      this.later();
    };
  }

  private later(): void {
    this.timer = setTimeout(() => {
      this.listener.missed();
      void this.begin();
    }, AGAIN_MS);
  }
}

/** Return the function that releases the turn; undefined while all are taken. Without locks everybody has one. */
async function turn(): Promise<(() => void) | undefined> {
  for (let n = 0; n < MOST_STREAMS; n += 1) {
    const given = await lock(`stream-${n}`).catch(() => () => undefined);
    if (given) return given;
  }
  return undefined;
}

function lock(name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    if (!navigator.locks) return resolve(() => undefined);
    navigator.locks
      .request(name, { ifAvailable: true }, (held) => {
        if (!held) return resolve(undefined);
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}
