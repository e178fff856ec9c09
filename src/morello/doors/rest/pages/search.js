// Finds tools while one types. Without it, the page is the same with nothing left out.
"use strict";
const field = document.getElementById("search");
const tools = [...document.querySelectorAll("details.tool")].map((element) => ({
  element,
  text: element.textContent.toLowerCase(),
}));
const rooms = [...document.querySelectorAll("section.room")];

function show() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const { element, text } of tools) {
    element.hidden = !words.every((word) => text.includes(word));
  }
  for (const room of rooms) {
    room.hidden = !room.querySelector("details.tool:not([hidden])");
  }
}

function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.tagName === "DETAILS") {
    target.open = true;
    target.scrollIntoView();
  }
}

field.closest("[hidden]").hidden = false;
field.addEventListener("input", show);
window.addEventListener("hashchange", open);
open();
