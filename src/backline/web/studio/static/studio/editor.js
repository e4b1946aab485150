// The editor of drafts: a problem leads to its line, Ctrl+S saves, and what is not saved is not lost by leaving.
(() => {
  "use strict";
  const form = document.querySelector("[data-editor]");
  if (!form) return;
  const text = form.querySelector("textarea");
  const stored = text.value;

  const lead = (line) => {
    const lines = text.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + (lines[line - 1] || "").length);
    text.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(text).lineHeight));
  };
  if (Number(text.dataset.line)) lead(Number(text.dataset.line));

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line][data-file]");
    if (!link || link.dataset.file !== form.elements.file.value) return;
    event.preventDefault();
    lead(Number(link.dataset.line));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[value=save]"));
  });
  let sent = false;
  form.addEventListener("submit", () => { sent = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!sent && text.value !== stored) event.preventDefault();
  });
})();
