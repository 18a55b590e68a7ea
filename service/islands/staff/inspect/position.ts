// Where the inspector stands: watched while the page is open, so that a verdict never waits for a satellite.
import type { Fix } from "../../lib/storage/round_store";

/** A fix that is older says nothing of where one stands now. */
const FRESH_MS = 2 * 60 * 1000;

export class Position {
  private last?: Fix & { at: number };
  private requested = false;

  constructor(private readonly moved: () => void) {}

  /** Begin, at the first wish: a browser asks the person then. */
  watch(): void {
    if (this.requested || !navigator.geolocation) return;
    this.requested = true;
    navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => {
        this.last = { lon: round(coords.longitude), lat: round(coords.latitude), accuracy_m: Math.round(coords.accuracy), at: timestamp || Date.now() };
        this.moved();
      },
      () => this.moved(),
      { enableHighAccuracy: true, maximumAge: 10_000, timeout: 20_000 },
    );
  }

  /** Return the position now or within the last minutes; null when it is not known. */
  get here(): Fix | null {
    if (!this.last || Date.now() - this.last.at > FRESH_MS) return null;
    const { lon, lat, accuracy_m } = this.last;
    return { lon, lat, accuracy_m };
  }
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
