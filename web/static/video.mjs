// Shows the patient their own camera while they wait. The picture never leaves the browser.

const room = document.getElementById("camera");
const view = document.getElementById("self");
const button = document.getElementById("show");
const state = document.getElementById("state");
let stream = null;

/** Asks for camera and microphone and shows the picture; says kindly what to do when the browser refuses. */
async function start() {
  button.disabled = true;
  try {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new DOMException("no media devices", "NotFoundError");
    }
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" }, audio: true });
    view.srcObject = stream;
    view.hidden = false;
    await view.play();
    state.textContent = room.dataset.on;
    button.textContent = room.dataset.stop;
  } catch (error) {
    stop();
    state.textContent = error.name === "NotAllowedError" ? room.dataset.refused : room.dataset.missing;
  } finally {
    button.disabled = false;
  }
}

/** Turns the camera and microphone off. */
function stop() {
  for (const track of stream?.getTracks() ?? []) {
    track.stop();
  }
  stream = null;
  view.srcObject = null;
  view.hidden = true;
  button.textContent = room.dataset.start;
}

button.addEventListener("click", () => {
  if (stream) {
    stop();
    state.textContent = room.dataset.off;
  } else {
    start();
  }
});
