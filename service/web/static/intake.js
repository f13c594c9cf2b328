// The answer while typing. Without this script the form works as a form.
"use strict";
const form = document.querySelector("form[data-live]");
const answer = document.getElementById("answer");
const spoken = document.getElementById("spoken");
const PAUSE = 450; // ms without a key before asking
let timer, request;

async function ask() {
  request?.abort();
  if (!form.elements.text.value.trim()) {
    answer.replaceChildren();
    return;
  }
  request = new AbortController();
  try {
    const reply = await fetch(form.dataset.live, {
      method: "POST", body: new URLSearchParams(new FormData(form)), signal: request.signal,
    });
    if (reply.status === 401) {
      answer.innerHTML = '<p class="card problem" role="alert">登录已经过期：请<a href="/login" target="_blank">另开一页登录</a>，再回来接着写；内容还在左边，没有丢。</p>';
      answer.inert = false;
      return;
    }
    if (!reply.headers.get("content-type")?.startsWith("text/html")) throw new Error("not a page of ours");
    answer.innerHTML = await reply.text();
  } catch (error) {
    if (error.name === "AbortError") return;
    answer.innerHTML = '<p class="card problem" role="alert">服务没有给出建议，内容还在左边，没有丢；请稍后再试。</p>';
  }
  answer.inert = false;
  spoken.textContent = answer.querySelector("[data-spoken]")?.dataset.spoken ?? "";
  remember();
}

// The name of whoever sits at this desk, until the browser closes.
function remember() {
  for (const field of document.querySelectorAll("[data-remember]")) {
    field.value ||= sessionStorage.getItem(field.dataset.remember) ?? "";
    field.addEventListener("change", () => sessionStorage.setItem(field.dataset.remember, field.value));
  }
}

// Going back in the browser brings the text again, but not its answer.
addEventListener("pageshow", () => {
  if (form?.elements.text.value.trim() && !answer.querySelector("[data-id], .problem")) ask();
});

form?.addEventListener("input", () => {
  answer.inert = true; // what is shown belongs to the text as it was: nobody may accept it for the new one
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});
remember();
