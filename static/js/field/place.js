// Where the phone is, only while its user has agreed and a visit is open; a step takes the last place along and never
// waits for one.

const FRESH_MS = 2 * 60_000;
let watching = null;
let last = null;

/** Begins or ends to look. */
export function watchPlace(wanted) {
  if (!("geolocation" in navigator)) return;
  if (wanted && watching === null) {
    watching = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => (last = { coords, timestamp }),
      () => (last = null),
      { enableHighAccuracy: true, maximumAge: 30_000, timeout: 30_000 },
    );
  }
  if (!wanted && watching !== null) {
    navigator.geolocation.clearWatch(watching);
    watching = null;
    last = null;
  }
}

/** {lat, lon, accuracy_m} of the last two minutes, or null. */
export function lastPosition() {
  if (!last || Date.now() - last.timestamp > FRESH_MS) return null;
  const { latitude, longitude, accuracy } = last.coords;
  return { lat: latitude, lon: longitude, accuracy_m: Math.round(accuracy) };
}
