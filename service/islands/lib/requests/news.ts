// What happens to reports that wait, told to every page that is open.

/** `proving`: the server is asked too often, and this phone solves its puzzle before it goes on. */
export interface News {
  kind: "changed" | "progress" | "sent" | "refused" | "proving";
  id: string;
  code?: string;
  photo?: string;
  part?: number;
  /** Address to go on to after a form was sent. */
  page?: string;
  /** Why this photo was not taken. */
  problem?: string;
}

const CHANNEL = "outbox";

export function listen(heard: (news: News) => void): void {
  new BroadcastChannel(CHANNEL).addEventListener("message", (event: MessageEvent<News>) => heard(event.data));
}

export function announce(news: News): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(news);
  channel.close();
}
