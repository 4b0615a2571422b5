// Drives as the server estimates them (docs/dispatch.md, travel), for the moment until it has answered.

const EARTH_KM = 6371;
const radians = (degrees) => (degrees * Math.PI) / 180;

export function distanceKm(from, to) {
  const [a, b] = [radians(from.lat), radians(to.lat)];
  const chord =
    Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(radians(to.lon - from.lon) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Whole minutes on the road; null where a place is unknown. `hour` is that of the outlet's wall clock. */
export function travelMinutes(profile, outlet, hour, from, to) {
  if (!hasPlace(from) || !hasPlace(to)) return null;
  const line = Math.round(1000 * distanceKm(from, to));
  if (line < profile.samePlaceMetres) return 0;
  const [fixed, perKm, detour] = paceOf(profile, outlet, hour);
  const metres = Math.round(line * detour);
  return Math.ceil(Math.round((fixed + perKm * (metres / 1000)) * 60) / 60);
}

export const hasPlace = (thing) => thing != null && thing.lat != null && thing.lon != null;

function paceOf(profile, outlet, hour) {
  const band = (profile.bands[outlet] ?? []).find(([from, until]) => hour >= from && hour < until);
  return band ? band.slice(2) : profile.usual;
}
