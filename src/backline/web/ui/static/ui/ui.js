// What pages do better with script; every one of them works without.
(() => {
  "use strict";
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`zone=${zone}`)) {
    document.cookie = `zone=${zone};path=/;max-age=31536000;samesite=lax`;
  }

  const enhance = (root) => {
    const errors = root.querySelector("[data-focus]");
    if (errors) errors.focus();
    for (const button of root.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = button.querySelector("[data-copy-words]");
    const before = words.textContent;
    words.textContent = button.dataset.copied;
    setTimeout(() => { words.textContent = before; }, 2500);
  });

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button:not([name])")) button.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  });

  // A picture of what was chosen, before it is sent.
  document.addEventListener("change", (event) => {
    const drop = event.target.closest("[data-drop]");
    const file = drop && event.target.files && event.target.files[0];
    if (!file) return;
    const preview = drop.querySelector("[data-preview]");
    preview.hidden = !file.type.startsWith("image/");
    if (!preview.hidden) preview.src = URL.createObjectURL(file);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input,textarea,select")) return;
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // What is typed is sent by Ctrl and Enter.
  document.addEventListener("keydown", (event) => {
    const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-send]");
    if (sends) { event.preventDefault(); event.target.form.requestSubmit(); }
  });

  // A page that looks again by itself waits while somebody reads or writes in it.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const busy = document.querySelector("main details[open]") || document.activeElement.closest("main form");
    if (busy && event.target.matches("[data-poll]")) event.preventDefault();
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.matches("form")) delete event.target.dataset.sent;
  });
  document.addEventListener("htmx:afterSwap", (event) => enhance(event.target));
  enhance(document);
})();
