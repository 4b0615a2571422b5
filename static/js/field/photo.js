// A photo as it leaves the phone: upright, at most 2048 pixels wide or high, and drawn anew, so that place, time and
// everything else the camera wrote into it stay behind.

const LONGEST = 2048;
const THUMB = 160;
const QUALITY = 0.85;

/** A picture that this phone cannot read: `heic` or `unreadable`. */
export class PhotoRefused extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

// The brand stands in the first bytes, whatever the file is called.
async function isHeic(file) {
  const head = new TextDecoder("latin1").decode(await file.slice(4, 32).arrayBuffer());
  return /^ftyp/.test(head) && /hei[cxms]|hev[cx]|mif1|msf1/.test(head);
}

async function bitmapOf(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new PhotoRefused((await isHeic(file)) || /\.hei[cf]$/i.test(file.name ?? "") ? "heic" : "unreadable");
  }
}

function drawn(bitmap, longest, quality) {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  // JPEG knows no transparency; without this it would turn black.
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new PhotoRefused("unreadable"))), "image/jpeg", quality),
  );
}

/** {blob, thumb} of a chosen file. Throws PhotoRefused. */
export async function shrink(file) {
  const bitmap = await bitmapOf(file);
  try {
    return { blob: await drawn(bitmap, LONGEST, QUALITY), thumb: await drawn(bitmap, THUMB, 0.7) };
  } finally {
    bitmap.close();
  }
}
