/* What a page must bear that axe-core does not try. Each function gives a list of [rule, selector, message]. */
(() => {
  "use strict";

  const CONTROLS = "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], " +
    "audio[controls], video[controls], iframe, [contenteditable=true]";

  function selectorOf(element) {
    const steps = [];
    for (let one = element; one && one !== document.documentElement && steps.length < 4; one = one.parentElement) {
      if (one.id) { steps.unshift("#" + CSS.escape(one.id)); break; }
      const name = one.localName + (one.classList.length ? "." + CSS.escape(one.classList[0]) : "");
      const same = one.parentElement ? Array.from(one.parentElement.children).filter((other) => other.localName === one.localName) : [];
      steps.unshift(same.length > 1 ? name + ":nth-of-type(" + (same.indexOf(one) + 1) + ")" : name);
    }
    return steps.join(" > ") || "html";
  }

  function isShown(element) {
    if (!element.checkVisibility({ checkVisibilityCSS: true })) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  }

  function isForScreenReadersOnly(element) {
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one), box = one.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1 || (style.clipPath !== "none" && style.position === "absolute")) return true;
    }
    return false;
  }

  /* WCAG 2.2, 1.4.10: no scrolling in two directions. Tables and code may scroll in a box of their own. */
  function reflow() {
    const page = document.scrollingElement, room = document.documentElement.clientWidth;
    if (page.scrollWidth <= room + 1) return [];
    const wide = Array.from(document.body.querySelectorAll("*")).filter((one) => {
      if (one.getBoundingClientRect().right <= room + 1 || isForScreenReadersOnly(one)) return false;
      for (let box = one.parentElement; box && box !== document.body; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== "visible") return false;
      }
      return true;
    });
    const culprit = wide.length ? selectorOf(wide[wide.length - 1]) : "html";
    return [["reflow", culprit, `the page is ${page.scrollWidth} px wide in a window of ${room} px`]];
  }

  /* WCAG 2.2, 1.4.4 and 1.4.12: no text is cut off. */
  function clipping() {
    const found = [];
    for (const one of document.body.querySelectorAll("*")) {
      const style = getComputedStyle(one);
      const cutsX = /hidden|clip/.test(style.overflowX), cutsY = /hidden|clip/.test(style.overflowY);
      if ((!cutsX && !cutsY) || !one.textContent.trim() || !isShown(one) || isForScreenReadersOnly(one)) continue;
      if ((cutsX && one.scrollWidth > one.clientWidth + 1) || (cutsY && one.scrollHeight > one.clientHeight + 1)) {
        found.push(["clipped-text", selectorOf(one), "text is cut off"]);
      }
    }
    return found;
  }

  function structure() {
    const found = [];
    const language = document.documentElement.lang;
    if (!/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(language)) found.push(["page-language", "html", `lang is "${language}"`]);
    const headings = Array.from(document.querySelectorAll("h1, h2, h3, h4, h5, h6")).filter((one) => one.checkVisibility());
    const firsts = headings.filter((one) => one.localName === "h1");
    if (firsts.length !== 1) found.push(["one-h1", "html", `${firsts.length} first-level headings`]);
    let before = 0;
    for (const one of headings) {
      const level = Number(one.localName[1]);
      if (before && level > before + 1) found.push(["heading-order", selectorOf(one), `level ${level} follows level ${before}`]);
      before = level;
    }
    return found;
  }

  /* Everything that the Tab key must reach. Of radio buttons with one name it reaches one. */
  function controls() {
    const groups = new Set();
    return Array.from(document.querySelectorAll(CONTROLS)).filter((one) => {
      if (one.tabIndex < 0 || one.disabled || one.closest("[inert]") || !one.checkVisibility({ checkVisibilityCSS: true })) return false;
      if (one.localName === "summary" && one.parentElement.localName !== "details") return false;
      if (one.localName === "input" && one.type === "radio") {
        const group = (one.form ? "form " : "") + one.name;
        if (groups.has(group)) return false;
        groups.add(group);
      }
      return true;
    });
  }

  const LOOK = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderTopColor", "borderBottomColor",
    "borderTopWidth", "borderBottomWidth", "backgroundColor", "textDecorationLine"];
  function look(element) {
    const style = getComputedStyle(element);
    return LOOK.map((name) => style[name]).join("|");
  }

  let waiting = [], looks = new Map(), reached = new Set();

  /* Called before the first Tab. Gives the number of stops that are expected. */
  function startTabbing() {
    document.activeElement.blur();
    window.scrollTo(0, 0);
    waiting = controls();
    looks = new Map(waiting.map((one) => [one, look(one)]));
    reached = new Set();
    return waiting.length;
  }

  /* Called after each Tab. Gives where the focus is and what is wrong there. */
  function inspectFocus() {
    const one = document.activeElement;
    if (!one || one === document.body || one === document.documentElement) return { place: "", isNew: false, isPlayer: false, problems: [] };
    const isNew = !reached.has(one), problems = [];
    reached.add(one);
    if (one.localName === "input" && one.type === "radio") {
      waiting.filter((other) => other.name === one.name && other.type === "radio").forEach((other) => reached.add(other));
    }
    if (isNew) {
      const style = getComputedStyle(one);
      const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      if (!outlined && look(one) === looks.get(one)) {
        problems.push(["focus-visible", selectorOf(one), "the focus cannot be seen"]);
      }
      const box = one.getBoundingClientRect();
      const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1), y = Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1);
      if (box.bottom <= 0 || box.top >= innerHeight) problems.push(["focus-obscured", selectorOf(one), "the focus is outside the window"]);
      else if (box.width > 2) {
        /* A link over two lines has its middle between them: any of its boxes will do. */
        const seen = Array.from(one.getClientRects()).concat([{ left: x - 0.5, top: y - 0.5, width: 1, height: 1 }]).some((part) => {
          const top = document.elementFromPoint(part.left + part.width / 2, part.top + part.height / 2);
          return top && (one.contains(top) || top.contains(one));
        });
        if (!seen) problems.push(["focus-obscured", selectorOf(one), "something covers the focus"]);
      }
    }
    return { place: selectorOf(one), isNew, isPlayer: ["audio", "video"].includes(one.localName), problems };
  }

  function unreached() {
    return waiting.filter((one) => !reached.has(one) && isShown(one))
      .map((one) => ["keyboard-reach", selectorOf(one), "the Tab key does not reach this control"]);
  }

  function words() {
    return ((document.querySelector("main") || document.body).innerText.match(/[\p{L}\p{N}]+/gu) || []).length;
  }

  window.jetkiLayoutRules = { reflow, clipping, structure, startTabbing, inspectFocus, unreached, words };
})();
