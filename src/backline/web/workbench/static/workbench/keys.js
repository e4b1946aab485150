// The keyboard: j and k through lines, 1 to 9 for answers, g and a letter to go somewhere, ? for help.
(() => {
  "use strict";
  document.documentElement.classList.add("has-script");
  let went = 0;

  const typing = (target) => target.closest("input:not([type=radio]):not([type=checkbox]),textarea,select");
  const links = () => [...document.querySelectorAll("[data-line] .row-link")];

  function step(by) {
    const all = links();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function choose(number) {
    const choice = document.querySelectorAll("[data-task] .choice input")[number - 1];
    if (!choice) return false;
    choice.focus();
    if (choice.type === "checkbox") choice.checked = !choice.checked;
    else choice.checked = true;
    return true;
  }

  function go(letter) {
    const link = document.querySelector(`a[data-key="${letter}"]`);
    if (link) link.click();
    return Boolean(link);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key;
    if (Date.now() - went < 1200 && /^[a-z]$/.test(key)) {
      went = 0;
      if (go(key)) event.preventDefault();
    } else if (key === "g") went = Date.now();
    else if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (/^[1-9]$/.test(key)) { if (choose(Number(key))) event.preventDefault(); }
    else if (key === "?") document.getElementById("keys")?.showModal();
    else if (key === "Enter" && event.target.matches?.("[data-task] input")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    } else {
      const button = document.querySelector(`[data-press="${CSS.escape(key)}"]`);
      if (button) button.click();
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-go]")) event.target.form.requestSubmit();
  });

  // What was read is in the field already: Enter confirms it, typing replaces it.
  const read = document.querySelector("[data-task]:has(.unsure) :is(input:not([type=hidden]), select, textarea)");
  if (read && matchMedia("(pointer: fine)").matches) {
    read.focus();
    read.select?.();
  }

  // The number of each answer beside it.
  document.querySelectorAll("[data-task] .choice").forEach((choice, index) => {
    if (index > 8) return;
    const key = document.createElement("kbd");
    key.className = "key only-wide";
    key.ariaHidden = "true";
    key.textContent = String(index + 1);
    choice.append(key);
  });
})();
