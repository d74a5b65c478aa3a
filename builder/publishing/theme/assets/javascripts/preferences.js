/* The panel of reading preferences: native controls in a native dialog; a change takes effect at once. */
(function () {
  "use strict";

  var preferences = window.jetkiPreferences;
  var dialog = document.querySelector("[data-jetki-preferences]");
  var opener = document.querySelector("[data-jetki-preferences-open]");
  if (!preferences || !dialog || !opener || !dialog.showModal) return;

  var form = dialog.querySelector("form");
  var size = form.elements["text-size"];
  var shownSize = dialog.querySelector("[data-jetki-text-size]");
  var status = dialog.querySelector("[data-jetki-preferences-status]");
  var lost = dialog.querySelector("[data-jetki-preferences-lost]");
  var chosen = preferences.read();

  function showSize() {
    shownSize.textContent = size.value + " %";
    size.setAttribute("aria-valuetext", dialog.dataset.percent.replace("{value}", size.value));
  }

  function fillForm() {
    form.querySelectorAll("input[type=radio]").forEach(function (input) {
      input.checked = input.value === (chosen[input.name] || "");
    });
    size.value = chosen["text-size"] || "100";
    showSize();
  }

  function nameOf(input) {
    var group = input.closest("fieldset");
    return (group ? group.querySelector("legend") : form.querySelector("label[for='" + input.id + "']")).textContent;
  }

  function valueOf(input) {
    return input.type === "range" ? input.getAttribute("aria-valuetext") : input.closest("label").textContent.trim();
  }

  function take(input) {
    var value = input.value === "100" && input === size ? "" : input.value;
    if (value) chosen[input.name] = value;
    else delete chosen[input.name];
    preferences.apply(chosen);
    lost.hidden = preferences.write(chosen);
  }

  form.addEventListener("input", function (event) {
    if (event.target === size) showSize();
    take(event.target);
    if (event.target !== size) {
      status.textContent = dialog.dataset.changed.replace("{name}", nameOf(event.target)).replace("{value}", valueOf(event.target));
    }
    /* The text may have grown under the pointer or the focus. */
    event.target.scrollIntoView({ block: "nearest" });
  });

  dialog.querySelector("[data-jetki-preferences-reset]").addEventListener("click", function () {
    chosen = {};
    preferences.apply(chosen);
    lost.hidden = preferences.write(chosen);
    fillForm();
    status.textContent = dialog.dataset.resetDone;
  });

  opener.addEventListener("click", function () {
    fillForm();
    status.textContent = "";
    dialog.showModal();
  });

  /* A press beside the panel closes it, like Escape. */
  dialog.addEventListener("click", function (event) {
    if (event.target === dialog) dialog.close();
  });

  /* Choices made on another page of the site, or before this page was kept in the browser's memory. */
  function refresh() {
    chosen = preferences.read();
    preferences.apply(chosen);
    if (dialog.open) fillForm();
  }
  window.addEventListener("storage", function (event) { if (event.key === preferences.KEY || event.key === null) refresh(); });
  window.addEventListener("pageshow", function (event) { if (event.persisted) refresh(); });
})();
