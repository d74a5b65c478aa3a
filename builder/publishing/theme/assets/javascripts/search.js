/* The search form: loads the engine and the index when somebody begins to search, then lists what was found.
   Everything is a classic script, so it works from a folder as from a server. */
(function () {
  "use strict";

  var PAUSE_MS = 180; /* after the last key; our choice */
  var IN_PANEL = 6, ON_PAGE = 60;
  var ready = null;

  function load(address) {
    return new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  function prepare(form) {
    if (!ready) {
      var root = form.dataset.root;
      ready = Promise.all([
        load(root + "assets/javascripts/search-engine.js"),
        load(root + form.dataset.language + "/search-index.js")
      ]).then(function () { return window.jetkiSearchEngine.open(window.jetkiSearchIndex); });
      ready.catch(function () { ready = null; });
    }
    return ready;
  }

  function fill(template, values) {
    return template.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; });
  }

  function countWords(words, language, count) {
    var form = "many";
    try { form = new Intl.PluralRules(language).select(count); } catch (error) { form = count === 1 ? "one" : "many"; }
    return fill(words[form] || words.many, { count: count });
  }

  function resultItem(hit, root, words) {
    var item = document.createElement("li"), link = document.createElement("a"), text = document.createElement("p");
    link.href = root + hit.url;
    link.textContent = hit.title + (hit.isEasy ? " (" + words.easy + ")" : "") + (hit.heading ? ": " + hit.heading : "");
    hit.snippet().forEach(function (piece) {
      if (!piece[1]) { text.append(piece[0]); return; }
      var mark = document.createElement("mark");
      mark.textContent = piece[0];
      text.append(mark);
    });
    item.append(link, text);
    return item;
  }

  function start(form) {
    var isPage = form.dataset.jetkiSearch === "page";
    var place = isPage ? document : form;
    var status = place.querySelector("[data-jetki-search-status]");
    var list = place.querySelector("[data-jetki-search-results]");
    var found = place.querySelector("[data-jetki-search-found]");
    var all = form.querySelector("[data-jetki-search-all]");
    var input = form.querySelector("input");
    var words = JSON.parse(form.dataset.words), root = form.dataset.root, language = form.dataset.language;
    var timer = 0, asked = 0;

    function say(text) { if (status.textContent !== text) status.textContent = text; }

    function close() {
      asked++;
      clearTimeout(timer);
      list.replaceChildren();
      found.hidden = true;
      form.classList.remove("jetki-search--open");
      say("");
    }

    function show(query, result) {
      var shown = result.hits.slice(0, isPage ? ON_PAGE : IN_PANEL);
      list.replaceChildren.apply(list, shown.map(function (hit) { return resultItem(hit, root, words); }));
      found.hidden = !shown.length;
      form.classList.add("jetki-search--open");
      if (!shown.length) { say(fill(words.none, { query: query })); return; }
      if (all) {
        all.hidden = shown.length === result.hits.length;
        all.querySelector("a").href = form.getAttribute("action") + "?q=" + encodeURIComponent(query);
      }
      var parts = [countWords(words, language, result.hits.length)];
      if (result.isNear) parts.unshift(words.near);
      if (shown.length < result.hits.length) parts.push(fill(words.shown, { shown: shown.length }));
      say(parts.join(" "));
    }

    function search() {
      var query = input.value.trim(), number = ++asked;
      clearTimeout(timer);
      if (!query) { close(); return Promise.resolve(); }
      if (!window.jetkiSearchIndex) say(words.loading);
      form.classList.add("jetki-search--open");
      return prepare(form).then(function (engine) {
        if (number === asked) show(query, engine.search(input.value.replace(/^\s+/, "")));
      }, function () { if (number === asked) say(words.failed); });
    }

    input.addEventListener("focus", function () { prepare(form).catch(function () {}); }, { once: true });
    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(search, PAUSE_MS);
    });

    form.addEventListener("submit", function (event) {
      if (!input.value.trim()) {
        event.preventDefault();
        say(words.empty);
        form.classList.add("jetki-search--open");
        input.focus();
      } else if (isPage) {
        event.preventDefault();
        search();
        /* The address can be kept and sent on; a browser may refuse this for a page from a folder. */
        try { history.replaceState(null, "", "?q=" + encodeURIComponent(input.value.trim())); } catch (error) { /* fine */ }
      }
    });

    form.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && !isPage && form.classList.contains("jetki-search--open")) {
        event.preventDefault();
        close();
        input.focus();
      }
    });

    (isPage ? document : form).addEventListener("keydown", function (event) {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      var stops = [input].concat(Array.from(list.querySelectorAll("a")));
      var at = stops.indexOf(document.activeElement);
      var next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (at < 0 || !next) return;
      event.preventDefault();
      next.focus();
    });

    if (isPage) {
      var query = new URLSearchParams(location.search).get("q");
      if (query) {
        input.value = query;
        search();
      }
    } else {
      /* The list covers the page: it goes when the reader goes on. */
      form.addEventListener("focusout", function (event) {
        if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
      });
      document.addEventListener("click", function (event) { if (!form.contains(event.target)) close(); });
    }
  }

  document.querySelectorAll("form[data-jetki-search]").forEach(start);
})();
