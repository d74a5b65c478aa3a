/* Runs in the head, before the first paint: puts the reader's choices on <html> as data attributes.
   Without a choice there is no attribute, and the system's settings decide. */
(function () {
  "use strict";

  var KEY = "jetki.preferences";
  /* name of the control -> values it may have */
  var CHOICES = {
    "text-size": ["125", "150", "175", "200", "225", "250", "275", "300"],
    "theme": ["light", "dark", "contrast", "sepia"],
    "font": ["serif", "wide", "andika"],
    "line-spacing": ["wide", "wider"],
    "letter-spacing": ["wide", "wider"],
    "motion": ["reduce"]
  };

  /* What is stored, without anything that this version does not know. Storage may be missing or forbidden. */
  function read() {
    var kept = {}, stored = {};
    try { stored = JSON.parse(localStorage.getItem(KEY)) || {}; } catch (error) { stored = {}; }
    Object.keys(CHOICES).forEach(function (name) {
      if (CHOICES[name].indexOf(stored[name]) >= 0) kept[name] = stored[name];
    });
    return kept;
  }

  /* True when the choices will be remembered. */
  function write(chosen) {
    try {
      if (Object.keys(chosen).length) localStorage.setItem(KEY, JSON.stringify(chosen));
      else localStorage.removeItem(KEY);
      return true;
    } catch (error) { return false; }
  }

  function apply(chosen) {
    Object.keys(CHOICES).forEach(function (name) {
      if (CHOICES[name].indexOf(chosen[name]) >= 0) document.documentElement.setAttribute("data-" + name, chosen[name]);
      else document.documentElement.removeAttribute("data-" + name);
    });
  }

  document.documentElement.setAttribute("data-script", "on");
  apply(read());
  window.jetkiPreferences = { KEY: KEY, read: read, write: write, apply: apply };
})();
