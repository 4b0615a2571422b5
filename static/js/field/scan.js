// Reads the code of a nameplate: with the browser's own reader where it has one, else with the one that is fetched for
// it. Goes back to the visit with what was read; nothing is kept here.

import { text } from "../texts.js";

const body = document.body;
const words = document.getElementById("scan-state");
const video = document.querySelector("video");
const visit = location.hash.slice(1);
const PAUSE_MS = 250;
let reader;
let over = false;

async function ownReader() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await window.BarcodeDetector.getSupportedFormats();
  if (!formats.includes("qr_code")) return null;
  const detector = new window.BarcodeDetector({ formats });
  return async (picture) => (await detector.detect(picture))[0]?.rawValue ?? "";
}

async function fetchedReader() {
  const { prepareZXingModule, readBarcodes } = await import(body.dataset.reader);
  prepareZXingModule({ overrides: { locateFile: () => body.dataset.wasm }, fireImmediately: false });
  const canvas = document.createElement("canvas");
  return async (picture) => {
    canvas.width = picture.videoWidth || picture.width;
    canvas.height = picture.videoHeight || picture.height;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(picture, 0, 0);
    const found = await readBarcodes(pen.getImageData(0, 0, canvas.width, canvas.height), { tryHarder: true, maxNumberOfSymbols: 1 });
    return found[0]?.text ?? "";
  };
}

async function read(picture) {
  reader ??= (await ownReader().catch(() => null)) ?? (await fetchedReader());
  return reader(picture);
}

/** The serial number in what a nameplate says: the whole of it, or the part after "SN". */
export function serialOf(said) {
  const plain = said.trim();
  const marked = /(?:^|[\s;,&?])(?:s\/?n|serial)[=:：\s]+([\w-]{4,40})/i.exec(plain);
  return (marked ? marked[1] : plain).slice(0, 40);
}

function back(said) {
  over = true;
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  location.replace(`${body.dataset.app}#visit/${visit}/nameplate/${encodeURIComponent(serialOf(said))}`);
}

async function watch() {
  while (!over) {
    const found = video.readyState >= 2 ? await read(video) : "";
    if (found) return back(found);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return undefined;
}

async function camera() {
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    await video.play();
    words.textContent = text("scan.look");
  } catch {
    video.hidden = true;
    words.textContent = text("scan.no_camera");
    return;
  }
  await watch().catch(() => (words.textContent = text("scan.no_reader")));
}

document.querySelector("input[type=file]").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  words.textContent = text("scan.reading");
  try {
    const found = await read(await createImageBitmap(file, { imageOrientation: "from-image" }));
    if (found) back(found);
    else words.textContent = text("scan.nothing");
  } catch {
    words.textContent = text("scan.no_reader");
  }
  event.target.value = "";
});

document.getElementById("scan-typed").href = `${body.dataset.app}#visit/${visit}/nameplate`;
document.getElementById("scan-back").href = `${body.dataset.app}#visit/${visit}`;
camera();
