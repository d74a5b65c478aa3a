/* What plays on a lesson's page: the audio version with its sentences, and recordings with their transcripts.
   Native players do the playing and keep their own controls. Here are added: the sentence that is heard is marked and
   scrolled to, any sentence can be started from, sign language runs in step, captions show in a page from a folder.

   Nothing is announced while a voice speaks: two voices at once help nobody. Keys work on a focused sentence only
   (WCAG 2.2, 2.1.4), and all sentences together are one stop of the Tab key. Clicks are heard at the document, because
   screen readers say "clickable" of every element that listens by itself. */
(function () {
  "use strict";

  var KEY = "jetki.listening";
  var PLACES_KEPT = 100;
  /* A seek may land a little before the place that was asked for. */
  var LANDING_S = 0.005;
  /* How long scrolling by hand keeps us from scrolling, and how often the place is kept. Our choice. */
  var REST_MS = 5000, KEEP_MS = 5000;
  /* The part of the window in which a sentence may begin and end without being scrolled, and where one is put. */
  var TOP = 0.12, BOTTOM = 0.75, AIM = 0.25;
  /* Of the window, what a player at its lower edge may cover: it stays away from small and from magnified ones. */
  var DOCK_SHARE = 0.25;
  /* Pressed later than this in a sentence, "previous" goes to its beginning. */
  var AGAIN_S = 1.5;
  /* A pointer that moves farther than a hand that trembles draws over words. Our choice. */
  var DRAWN_PX = 12;
  var CONTROLS = "a[href], button, input, select, textarea, label, summary, audio, video";

  function each(list, run) { Array.prototype.forEach.call(list, run); }

  function clamp(value, low, high) { return Math.min(Math.max(value, low), high); }

  /* ------------------------------------------------------------ what the browser keeps */

  function remembered() {
    try {
      var value = JSON.parse(localStorage.getItem(KEY));
      return value && typeof value === "object" && !Array.isArray(value) ? value : {};
    } catch (error) { return {}; }
  }

  function remember(name, value) {
    var all = remembered();
    all[name] = value;
    try { localStorage.setItem(KEY, JSON.stringify(all)); } catch (error) { /* not kept: the page works without */ }
  }

  function placeOf(key) {
    var places = remembered().places;
    var value = places && typeof places === "object" ? places[key] : 0;
    return typeof value === "number" && isFinite(value) && value > 0 ? value : 0;
  }

  function keepPlace(key, seconds) {
    var places = remembered().places;
    if (!places || typeof places !== "object" || Array.isArray(places)) places = {};
    delete places[key];
    if (seconds > 0) places[key] = Math.round(seconds * 10) / 10;
    Object.keys(places).slice(0, -PLACES_KEPT).forEach(function (name) { delete places[name]; });
    remember("places", places);
  }

  /* ------------------------------------------------------------ which item is heard */

  /* Calls `show` with the item that is heard (null: none) as soon as it begins. `items` rise by their start; an item is
     heard until the next one begins. The clock is the player's own: a timer is set for the next start at the present
     speed, and every event of the player sets it anew. */
  function follow(media, items, show) {
    var timer = 0, heard = -2;

    function indexAt(time) {
      var low = 0, high = items.length;
      while (low < high) {
        var middle = (low + high) >> 1;
        if (items[middle].start <= time + LANDING_S) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    }

    function look() {
      clearTimeout(timer);
      var index = media.ended ? -1 : indexAt(media.currentTime);
      if (index !== heard) {
        heard = index;
        show(items[index] || null);
      }
      var next = items[index + 1];
      if (media.paused || media.ended || media.seeking || !next) return;
      timer = setTimeout(look, Math.max((next.start - media.currentTime) / media.playbackRate * 1000, 1));
    }

    ["play", "playing", "pause", "seeking", "seeked", "ratechange", "timeupdate", "ended"].forEach(function (name) {
      media.addEventListener(name, look);
    });
    return {
      look: look,
      again: function () { heard = -2; look(); },
      index: function () { return indexAt(media.currentTime); }
    };
  }

  /* ------------------------------------------------------------ where it is seen */

  /* What is seen of an element: its summary while it lies in something closed. */
  function seenOf(element) {
    var closed = null;
    for (var one = element.parentElement; one; one = one.parentElement) {
      if (one.tagName === "DETAILS" && !one.open) closed = one;
    }
    var summary = closed && closed.querySelector("summary");
    return summary && !summary.contains(element) ? summary : element;
  }

  /* Marks one element at a time. */
  function marker() {
    var marked = null;
    return function (element) {
      var seen = element ? seenOf(element) : null;
      if (seen === marked) return seen;
      if (marked) marked.classList.remove("jetki-now");
      if (seen) seen.classList.add("jetki-now");
      marked = seen;
      return seen;
    };
  }

  function isCalm() {
    return document.documentElement.getAttribute("data-motion") === "reduce" ||
      matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  function dockHeight() {
    var docked = document.querySelector(".jetki-listen__controls.is-docked");
    return docked ? docked.offsetHeight : 0;
  }

  /* Scrolls the window, or `box`, so that an element is in its middle part; never against a reader who scrolls. */
  function scroller(box, isOn) {
    var handAt = -Infinity, isAway = false;

    function byHand() { handAt = performance.now(); isAway = true; }

    (box || window).addEventListener("wheel", byHand, { passive: true });
    (box || window).addEventListener("touchmove", byHand, { passive: true });
    (box || document).addEventListener("keydown", function (event) {
      if (!/^(ArrowUp|ArrowDown|PageUp|PageDown|Home|End| )$/.test(event.key) || event.defaultPrevented) return;
      if (!event.target.closest(CONTROLS)) byHand();
    });
    /* A press on the page's own scroll bar, or the box's. */
    (box || document).addEventListener("pointerdown", function (event) {
      if (event.target === (box || document.documentElement)) byHand();
    });

    return {
      reset: function () { isAway = false; },
      bring: function (element) {
        if (!isOn()) return;
        var frame = box ? box.getBoundingClientRect() : { top: 0, bottom: window.innerHeight - dockHeight() };
        var place = element.getBoundingClientRect(), height = frame.bottom - frame.top;
        if (isAway) {
          if (performance.now() - handAt < REST_MS || place.bottom <= frame.top || place.top >= frame.bottom) return;
          isAway = false;
        }
        var top = (place.top - frame.top) / height, bottom = (place.bottom - frame.top) / height;
        /* A sentence too long for the middle part only has to begin in it. */
        if (top >= TOP && (bottom <= BOTTOM || (bottom - top > BOTTOM - TOP && top <= AIM + TOP))) return;
        (box || window).scrollBy({ top: (top - AIM) * height, behavior: isCalm() ? "auto" : "smooth" });
      }
    };
  }

  /* ------------------------------------------------------------ starting from any of many */

  var groups = [];

  /* Elements that can be started from: by a click, and by the keyboard through one tab stop that arrow keys move.
     `act` has pick(element), toggle() and leave(). The tab stop begins, and stays, after `player` in the page, so that
     the next press of Tab after the player's controls leads to it. */
  function pickable(elements, player, act) {
    var isOn = false, stop = null, stopHad = null;
    var known = new Set(elements);

    function give(element) {
      if (stop === element) return;
      if (stop) {
        if (stopHad === null) stop.removeAttribute("tabindex");
        else stop.setAttribute("tabindex", stopHad);
      }
      stop = element;
      if (stop) {
        stopHad = stop.getAttribute("tabindex");
        stop.setAttribute("tabindex", "0");
      }
    }

    function isAfter(element) {
      return !!(player.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    }

    function go(from, step) {
      for (var at = from + step; at >= 0 && at < elements.length; at += step) {
        if (seenOf(elements[at]) === elements[at]) {
          give(elements[at]);
          elements[at].focus();
          return;
        }
      }
    }

    var group = {
      has: function (element) { return isOn && known.has(element); },
      find: function (element) {
        while (element && !known.has(element)) element = element.parentElement;
        return isOn ? element : null;
      },
      turn: function (on) {
        isOn = on;
        each(elements, function (one) { one.classList.toggle("jetki-pick", on); });
        give(on ? stop || elements.find(isAfter) || null : null);
      },
      /* The tab stop goes along with the voice, but never away from under the reader. */
      offer: function (element) {
        if (isOn && isAfter(element) && !known.has(document.activeElement)) give(element);
      },
      pick: function (element) {
        give(element);
        act.pick(element);
      },
      press: function (element, event) {
        var at = elements.indexOf(element);
        /* Left and right scroll a wide formula that has the focus by itself. */
        var isOwn = element === stop && stopHad === null;
        /* By place on the keyboard: the letters are others on a Cyrillic one. */
        if (event.key === "Enter") group.pick(element);
        else if (event.key === " ") act.toggle();
        else if (event.key === "Escape") act.leave();
        else if (event.key === "Home") go(-1, 1);
        else if (event.key === "End") go(elements.length, -1);
        else if (event.code === "KeyJ" || (event.key === "ArrowRight" && isOwn)) go(at, 1);
        else if (event.code === "KeyK" || (event.key === "ArrowLeft" && isOwn)) go(at, -1);
        else return;
        event.preventDefault();
      }
    };
    groups.push(group);
    return group;
  }

  function isPlain(event) { return !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey); }

  /* Somebody who draws over words in order to copy them does not want to hear them. */
  var pressed = { x: 0, y: 0 };
  document.addEventListener("pointerdown", function (event) { pressed = { x: event.clientX, y: event.clientY }; });

  function isDrawn(event) {
    /* A click without a pointer, as a screen reader makes it, has no number. */
    return event.detail > 0 && Math.abs(event.clientX - pressed.x) + Math.abs(event.clientY - pressed.y) > DRAWN_PX;
  }

  document.addEventListener("click", function (event) {
    if (event.defaultPrevented || event.button || !isPlain(event) || event.target.closest(CONTROLS)) return;
    groups.some(function (group) {
      var element = group.find(event.target);
      if (element && !isDrawn(event)) group.pick(element);
      return !!element;
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || !isPlain(event)) return;
    groups.some(function (group) {
      if (!group.has(event.target)) return false;
      group.press(event.target, event);
      return true;
    });
  });

  /* ------------------------------------------------------------ one sound at a time */

  document.addEventListener("play", function (event) {
    var own = event.target.closest("[data-jetki-recording]");
    each(document.querySelectorAll("audio, video"), function (other) {
      var isPartner = own && own.contains(other);
      if (other !== event.target && !isPartner) other.pause();
    });
  }, true);

  function start(media, failed) {
    var started = media.play();
    if (started) started.catch(function (error) { if (error.name === "NotSupportedError") failed(); });
  }

  /* ------------------------------------------------------------ the audio version of the lesson */

  /* Threes of element, silence since the last end, duration; an element as a number is s.N, counted from the last. */
  function readTimings(flat) {
    var items = [], number = 0, time = 0;
    for (var at = 0; at + 2 < flat.length; at += 3) {
      if (typeof flat[at] === "number") number += flat[at];
      var begin = time + flat[at + 1];
      time = begin + flat[at + 2];
      var element = document.getElementById(typeof flat[at] === "number" ? "s." + number : flat[at]);
      if (element) items.push({ element: element, start: begin / 1000, end: time / 1000 });
    }
    return items;
  }

  function writeTime(seconds) {
    var whole = Math.floor(seconds), minutes = Math.floor(whole / 60) % 60, rest = whole % 60;
    var tail = (rest < 10 ? "0" : "") + rest;
    return whole < 3600 ? minutes + ":" + tail : Math.floor(whole / 3600) + ":" + (minutes < 10 ? "0" : "") + minutes + ":" + tail;
  }

  function setUpListening(section) {
    var audio = section.querySelector("audio");
    /* A package to take away may lack the file. */
    if (!audio) return;
    var place = section.querySelector("[data-jetki-place]");
    var controls = section.querySelector("[data-jetki-controls]");
    var playButton = section.querySelector("[data-jetki-play]");
    var playWord = section.querySelector("[data-jetki-play-word]");
    var speed = section.querySelector("[data-jetki-speed]");
    var pick = section.querySelector("[data-jetki-pick]");
    var along = section.querySelector("[data-jetki-follow]");
    var status = section.querySelector("[data-jetki-status]");
    var resumed = section.querySelector("[data-jetki-resumed]");
    var words = section.dataset;
    var items = readTimings(JSON.parse(section.querySelector("[data-jetki-timings]").textContent));
    /* The first time of each element: several parts of one are one place to start from. */
    var firsts = new Map();
    items.forEach(function (one) { if (!firsts.has(one.element)) firsts.set(one.element, one); });

    var isActive = false, isHidden = false, keptAt = 0;
    var mark = marker();
    var scrolls = scroller(null, function () { return along.checked; });

    function show(item) {
      if (!isActive) return;
      var seen = mark(item && item.element);
      if (!item) return;
      group.offer(item.element);
      var isDragged = audio.seeking && document.activeElement === audio;
      if (!audio.paused && !isDragged) scrolls.bring(seen);
    }

    var voice = follow(audio, items, show);

    function go(item) {
      isActive = true;
      scrolls.reset();
      audio.currentTime = item.start;
      voice.look();
      scrolls.bring(mark(item.element));
    }

    function failed() { status.textContent = words.failed; }

    function play() {
      isHidden = false;
      start(audio, failed);
    }

    function toggle() {
      if (audio.paused) play();
      else audio.pause();
    }

    var group = pickable(Array.from(firsts.keys()), section, {
      pick: function (element) { go(firsts.get(element)); play(); },
      toggle: toggle,
      leave: function () { audio.pause(); playButton.focus(); }
    });

    /* The neighbour of the sentence that is heard; in the middle of one, "previous" is its own beginning. */
    function step(by) {
      var order = Array.from(firsts.values());
      var index = voice.index(), here = order.indexOf(index < 0 ? undefined : firsts.get(items[index].element));
      if (by < 0 && here >= 0 && audio.currentTime - order[here].start > AGAIN_S * audio.playbackRate) by = 0;
      if (order.length) go(order[clamp(here + by, 0, order.length - 1)]);
    }

    playButton.addEventListener("click", toggle);
    section.querySelector("[data-jetki-previous]").addEventListener("click", function () { step(-1); });
    section.querySelector("[data-jetki-next]").addEventListener("click", function () { step(1); });

    function showState() {
      playWord.textContent = audio.paused ? words.play : words.pause;
      controls.classList.toggle("is-playing", !audio.paused);
    }

    audio.addEventListener("play", function () {
      isActive = true;
      status.textContent = "";
      resumed.hidden = true;
      scrolls.reset();
      if (!pick.checked && remembered().pick !== false) {
        pick.checked = true;
        group.turn(true);
      }
      voice.again();
      showState();
      tellSystem();
      dock();
    });
    audio.addEventListener("pause", function () { showState(); keep(); });
    audio.addEventListener("ended", function () { showState(); keep(); });
    audio.addEventListener("error", failed);
    each(audio.querySelectorAll("source"), function (one, index, all) {
      if (index === all.length - 1) one.addEventListener("error", failed);
    });

    /* ---------- speed */

    function setSpeed(value) {
      audio.defaultPlaybackRate = value;
      audio.playbackRate = value;
    }

    speed.addEventListener("change", function () {
      setSpeed(Number(speed.value));
      remember("speed", Number(speed.value));
    });
    /* The browser's own menu has speeds that ours does not have. */
    audio.addEventListener("ratechange", function () {
      var value = String(audio.playbackRate);
      if (speed.value === value) return;
      if (!Array.from(speed.options).some(function (one) { return one.value === value; })) {
        speed.add(new Option(audio.playbackRate.toLocaleString(document.documentElement.lang) + "×", value));
      }
      speed.value = value;
    });
    var lastSpeed = remembered().speed;
    if (typeof lastSpeed === "number" && lastSpeed >= 0.25 && lastSpeed <= 4 && lastSpeed !== 1) setSpeed(lastSpeed);

    /* ---------- choices */

    pick.addEventListener("change", function () {
      group.turn(pick.checked);
      remember("pick", pick.checked);
    });
    along.addEventListener("change", function () { remember("follow", along.checked); });
    along.checked = remembered().follow !== false;
    pick.checked = remembered().pick === true;
    group.turn(pick.checked);

    /* ---------- where the reader stopped */

    function keep() {
      var end = items.length ? items[items.length - 1].end : 0;
      keepPlace(words.key, audio.ended || audio.currentTime > end ? 0 : audio.currentTime);
    }
    audio.addEventListener("timeupdate", function () {
      if (audio.paused || performance.now() - keptAt < KEEP_MS) return;
      keptAt = performance.now();
      keep();
    });
    window.addEventListener("pagehide", function () { if (isActive) keep(); });

    var last = placeOf(words.key);
    if (items.length && last > items[Math.min(1, items.length - 1)].start && last < items[items.length - 1].end) {
      audio.currentTime = last;
      resumed.querySelector("span").textContent = words.resumed.replace("{time}", writeTime(last));
      resumed.hidden = false;
    }
    resumed.querySelector("button").addEventListener("click", function () {
      audio.currentTime = 0;
      resumed.hidden = true;
      keepPlace(words.key, 0);
      play();
      playButton.focus();
    });

    /* ---------- the player at the lower edge of the window */

    function undock() {
      controls.classList.remove("is-docked");
      place.style.minHeight = "";
      document.documentElement.style.removeProperty("--jetki-dock");
    }

    function dock() {
      var was = controls.classList.contains("is-docked");
      var box = place.getBoundingClientRect();
      if (!isActive || isHidden || (box.bottom > 0 && box.top < window.innerHeight)) return undock();
      if (!was) place.style.minHeight = controls.offsetHeight + "px";
      controls.classList.add("is-docked");
      var height = controls.offsetHeight;
      if (height > window.innerHeight * DOCK_SHARE || controls.scrollWidth > controls.clientWidth) return undock();
      document.documentElement.style.setProperty("--jetki-dock", height + "px");
    }

    if (window.IntersectionObserver) {
      new IntersectionObserver(dock).observe(place);
      window.addEventListener("resize", dock);
    }
    section.querySelector("[data-jetki-hide]").addEventListener("click", function () {
      isHidden = true;
      audio.pause();
      undock();
      playButton.focus();
    });
    /* Who turns to a recording has left the lesson's own voice. */
    document.addEventListener("play", function (event) {
      if (event.target === audio) return;
      isHidden = true;
      undock();
    }, true);

    /* ---------- the system's own media keys and lock screen */

    function tellSystem() {
      if (!navigator.mediaSession || !window.MediaMetadata) return;
      navigator.mediaSession.metadata = new MediaMetadata({
        title: words.title, artist: words.artist, album: words.album
      });
      var actions = {
        play: play,
        pause: function () { audio.pause(); },
        previoustrack: function () { step(-1); },
        nexttrack: function () { step(1); }
      };
      Object.keys(actions).forEach(function (name) {
        try { navigator.mediaSession.setActionHandler(name, actions[name]); } catch (error) { /* not known here */ }
      });
    }

    showState();
    place.hidden = false;
    section.querySelector("[data-jetki-choices]").hidden = false;
    section.querySelector("[data-jetki-help]").hidden = false;
  }

  /* ------------------------------------------------------------ recordings */

  function setUpRecording(root) {
    var media = root.querySelector("[data-jetki-media]");
    var box = root.querySelector("[data-jetki-transcript]");
    var sign = root.querySelector("[data-jetki-sign]");
    var quality = root.querySelector("[data-jetki-quality]");
    if (!media) return;
    if (sign) keepInStep(media, sign);
    if (quality) offerQuality(media, quality);
    if (box) followTranscript(root, media, box);
  }

  /* Two players as one, whichever of them is used. Each change of one is done to the other, unless it is so already. */
  function keepInStep(media, sign) {
    sign.muted = true;

    var hasEnded = new Set();

    function align(from, to) {
      if (to.playbackRate !== from.playbackRate) to.playbackRate = from.playbackRate;
      var time = Math.min(from.currentTime, to.duration || from.currentTime);
      if (!to.seeking && Math.abs(to.currentTime - time) > 0.3) to.currentTime = time;
    }

    function follow(from, to) {
      if (to.paused && !(from.currentTime >= to.duration)) start(to, function () {});
    }

    [[media, sign], [sign, media]].forEach(function (pair) {
      var from = pair[0], to = pair[1];
      /* The one that is at its end pauses by itself and does not stop the other. */
      function when(names, act) {
        names.forEach(function (name) {
          from.addEventListener(name, function () {
            if (from.ended) return;
            align(from, to);
            act();
          });
        });
      }
      when(["play", "pause"], function () {
        if (!from.paused) follow(from, to);
        else if (!to.paused) to.pause();
      });
      /* These say nothing about pausing: whoever has just paused the other player means it. */
      when(["seeked", "ratechange"], function () {
        if (!from.paused && hasEnded.has(to)) follow(from, to);
      });
      from.addEventListener("ended", function () { hasEnded.add(from); });
      from.addEventListener("play", function () { hasEnded.delete(from); });
    });
    media.addEventListener("timeupdate", function () {
      if (!media.paused && !media.seeking && sign.readyState >= 2 && !sign.ended) align(media, sign);
    });
  }

  function offerQuality(media, quality) {
    function change() {
      var time = media.currentTime, wasPlaying = !media.paused, speed = media.playbackRate;
      media.src = quality.value;
      media.load();
      media.addEventListener("loadedmetadata", function () {
        media.currentTime = time;
        media.playbackRate = speed;
        if (wasPlaying) start(media, function () {});
      }, { once: true });
    }
    quality.addEventListener("change", change);
    if (navigator.connection && navigator.connection.saveData) {
      quality.selectedIndex = 1;
      change();
    }
    quality.parentElement.hidden = false;
  }

  function followTranscript(root, media, box) {
    var spans = Array.from(box.querySelectorAll("[data-cue]"));
    var byElement = new Map();
    var items = spans.map(function (one) {
      var numbers = one.dataset.cue.split(" ").map(Number);
      var item = { element: one, start: numbers[0] / 1000, end: (numbers[0] + numbers[1]) / 1000 };
      byElement.set(one, item);
      return item;
    });
    if (!items.length) return;
    var along = root.querySelector("[data-jetki-follow]");
    var mark = marker();
    var scrolls = scroller(box, function () { return along.checked; });
    var isActive = false;

    var sound = follow(media, items, function (item) {
      if (!isActive) return;
      var seen = mark(item && item.element);
      if (!item) return;
      group.offer(item.element);
      if (seen === item.element) scrolls.bring(seen);
    });
    media.addEventListener("play", function () { isActive = true; scrolls.reset(); sound.again(); });
    media.addEventListener("seeking", function () { isActive = true; });

    var group = pickable(spans, media, {
      pick: function (element) {
        isActive = true;
        scrolls.reset();
        media.currentTime = byElement.get(element).start;
        start(media, function () {});
      },
      toggle: function () {
        if (media.paused) start(media, function () {});
        else media.pause();
      },
      leave: function () { media.pause(); media.focus(); }
    });
    group.turn(true);
    box.classList.add("is-live");
    along.checked = remembered().followTranscript !== false;
    along.addEventListener("change", function () { remember("followTranscript", along.checked); });
    each(root.querySelectorAll("[data-jetki-transcript-help], [data-jetki-transcript-choice]"), function (one) {
      one.hidden = false;
    });
    if (media.tagName === "VIDEO") captionsFromTranscript(root, media, box, items);
  }

  /* A page from a folder may not load a track file: its captions come from the transcript, which has the same words. */
  function captionsFromTranscript(root, media, box, items) {
    var chosen = media.querySelector("track[default]");
    var isMade = false;

    function make() {
      if (isMade || !window.VTTCue) return;
      isMade = true;
      var label = chosen ? chosen.label : box.dataset.label;
      each(media.querySelectorAll("track"), function (one) { one.remove(); });
      var track = media.addTextTrack("captions", label, box.dataset.language);
      items.forEach(function (item) {
        var text = item.element.textContent.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
        var speaker = item.element.dataset.speaker;
        track.addCue(new VTTCue(item.start, item.end, speaker ? "<v " + speaker.replace(/[<>&\n]/g, " ") + ">" + text : text));
      });
      track.mode = "showing";
      var note = root.querySelector("[data-jetki-offline]");
      if (note) note.hidden = false;
    }

    /* It may have failed before this script was there. */
    if (!chosen || location.protocol === "file:" || chosen.readyState === HTMLTrackElement.ERROR) make();
    else chosen.addEventListener("error", make);
  }

  each(document.querySelectorAll("[data-jetki-listen]"), setUpListening);
  each(document.querySelectorAll("[data-jetki-recording]"), setUpRecording);
})();
