// The progress of a re-scoring, looked at again until it ends; and a file that is too large told of before it is sent.
// Without this script the page loads itself again, and the service tells.
"use strict";
const progress = document.querySelector("[data-progress]");
const spoken = document.getElementById("spoken");
const PAUSE = 1500; // ms between two looks

async function look() {
  let text = "";
  try {
    const reply = await fetch(progress.dataset.progress, { redirect: "error" });
    if (reply.status === 404) return location.reload();
    if (reply.ok) text = await reply.text();
  } catch { /* away just now, or signed out: the next look, or a reload, shows which */ }
  if (text) {
    // Nothing is put in place while somebody is about to press a button in it.
    if (!progress.contains(document.activeElement) || !text.includes("data-going")) progress.innerHTML = text;
    const said = progress.querySelector("[data-spoken]").dataset.spoken;
    if (spoken.textContent.split("，")[0] !== said.split("，")[0]) spoken.textContent = said;
  }
  if (!text || progress.querySelector("[data-going]")) setTimeout(look, PAUSE);
}
if (progress) setTimeout(look, PAUSE / 3);

const file = document.querySelector("form[data-most-mb] input[type=file]");
file?.addEventListener("change", () => {
  const most = Number(file.form.dataset.mostMb);
  const tooLarge = file.files[0]?.size > most * 1024 * 1024;
  file.setCustomValidity(tooLarge ? `文件太大，最多 ${most} MB；请分成几份` : "");
  file.reportValidity();
});
