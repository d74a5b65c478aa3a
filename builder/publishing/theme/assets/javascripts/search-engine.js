/* Stems, matching and ranking. No page, no network: the same file runs in a browser and in a test.
   `stem` follows builder/publishing/search/stemmer.py step by step; a test compares both on a long list of words. */
(function (scope) {
  "use strict";

  var MOST_ENDINGS = 12;
  var WORD = /[\p{L}\p{N}]+/gu;

  /* How much a match counts. Our choice, tried on the demonstration courses. */
  var EXACT = 1, FOLDED = 0.7, BEGINNING = 0.45, NEAR = 0.25;

  function wordsOf(text) {
    return text.normalize("NFC").toLowerCase().match(WORD) || [];
  }

  function makeStemmer(rules) {
    var roots = new Set(rules.roots);
    var positions = {};
    var vowels = rules.vowels;
    var steps = rules.steps.map(function (step, at) {
      var endings = new Map(), longest = 0;
      positions[step.id] = at;
      step.groups.forEach(function (group) {
        group.endings.forEach(function (ending) {
          if (!endings.has(ending)) endings.set(ending, []);
          endings.get(ending).push(group);
          longest = Math.max(longest, ending.length);
        });
      });
      return { endings: endings, longest: longest, then: step.then, otherwise: step["else"] };
    });
    var known = new Map();

    function has(table, key) { return Object.prototype.hasOwnProperty.call(table, key); }
    function isVowel(letter) { return vowels.indexOf(letter) >= 0; }

    function soften(word) {
      var last = word.slice(-1);
      return word.length > 2 && has(rules.soften, last) ? word.slice(0, -1) + rules.soften[last] : word;
    }

    function rootLength(word) {
      if (!roots.size) return 0;
      for (var length = word.length; length > 1; length--) {
        var start = word.slice(0, length);
        if (roots.has(start) || roots.has(soften(start))) return length;
      }
      return 0;
    }

    function regions(word) {
      if (!rules.regions) return {};
      var rv = word.length, pairs = [], at;
      for (at = 0; at < word.length; at++) if (isVowel(word[at])) { rv = at + 1; break; }
      for (at = 1; at < word.length; at++) if (!isVowel(word[at]) && isVowel(word[at - 1])) pairs.push(at + 1);
      var first = pairs.length ? pairs[0] : word.length;
      var second = pairs.filter(function (one) { return one >= first + 2; })[0];
      return { rv: rv, r2: second === undefined ? word.length : second };
    }

    function mayStand(rest, group, starts) {
      var end = rest.slice(-1);
      if (group.region) {
        if (rest.length < starts[group.region]) return false;
        return !group.after || (rest.length > starts[group.region] && group.after.indexOf(end) >= 0);
      }
      if (rest.length < group.min || (group.after && (!end || group.after.indexOf(end) < 0))) return false;
      if (rest.length === 2 && (!isVowel(rest[0]) || isVowel(rest[1]))) return false;
      for (var at = rest.length - 1; at >= 0; at--) {
        if (isVowel(rest[at])) return !group.last || group.last.indexOf(rest[at]) >= 0;
      }
      return false;
    }

    function strip(word, step, starts, floor) {
      for (var length = Math.min(step.longest, word.length - 1); length > 0; length--) {
        var groups = step.endings.get(word.slice(-length));
        if (!groups) continue;
        var rest = word.slice(0, -length);
        for (var at = 0; at < groups.length; at++) {
          if (rest.length >= floor && mayStand(rest, groups[at], starts)) return rest + groups[at].add;
        }
      }
      return null;
    }

    function findStem(text) {
      var word = Array.from(text.normalize("NFC").toLowerCase(), function (letter) {
        return has(rules.replace, letter) ? rules.replace[letter] : letter;
      }).join("");
      var starts = regions(word), floor = rootLength(word), taken = 0, again = true;
      while (again) {
        again = false;
        for (var at = 0; at < steps.length;) {
          word = soften(word);
          if (has(rules.irregular, word)) return rules.irregular[word];
          if (word.length >= floor && roots.has(word)) return word;
          var step = steps[at], shorter = strip(word, step, starts, floor);
          if (shorter === null || taken === MOST_ENDINGS) {
            at = step.otherwise ? positions[step.otherwise] : at + 1;
            continue;
          }
          word = shorter;
          taken++;
          again = rules.loop;
          at = step.then ? positions[step.then] : at + 1;
        }
      }
      word = soften(word);
      if (has(rules.irregular, word)) return rules.irregular[word];
      rules.finish.forEach(function (rule) {
        if (word.endsWith(rule[0]) && word.length - rule[0].length >= rule[2]) {
          word = word.slice(0, word.length - rule[0].length) + rule[1];
        }
      });
      return word;
    }

    return function stem(text) {
      if (!known.has(text)) known.set(text, findStem(text));
      return known.get(text);
    };
  }

  function makeFolder(table) {
    return function fold(text) {
      return Array.from(text, function (letter) {
        return Object.prototype.hasOwnProperty.call(table, letter) ? table[letter] : letter;
      }).join("");
    };
  }

  /* True when one letter added, left out, changed or swapped with its neighbour makes one word of the other. */
  function areNear(one, other) {
    if (Math.abs(one.length - other.length) > 1 || one === other) return false;
    var start = 0, end = 0;
    while (start < one.length && one[start] === other[start]) start++;
    while (end < Math.min(one.length, other.length) - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
    var left = one.slice(start, one.length - end), right = other.slice(start, other.length - end);
    return (left.length <= 1 && right.length <= 1) ||
      (left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]);
  }

  function open(index) {
    var stem = makeStemmer(index.rules);
    var fold = makeFolder(index.rules.fold);
    /* A reader without the letters ң, ө, ү writes н, о, у: the same rules, written with those letters. */
    var foldedStem = makeStemmer(JSON.parse(fold(JSON.stringify(index.rules))));
    var vocabulary = Object.keys(index.words);
    var byFolded = new Map();
    vocabulary.forEach(function (one) {
      var key = fold(one);
      if (!byFolded.has(key)) byFolded.set(key, []);
      byFolded.get(key).push(one);
    });

    /* stem of the index -> how well it matches this word of the query */
    function matches(word, isUnfinished) {
      var found = new Map();
      function add(stems, quality) {
        stems.forEach(function (one) { if (!(found.get(one) >= quality)) found.set(one, quality); });
      }
      var wanted = stem(word), folded = fold(word), foldedWanted = foldedStem(folded);
      if (Object.prototype.hasOwnProperty.call(index.words, wanted)) add([wanted], EXACT);
      add(byFolded.get(foldedWanted) || [], FOLDED);
      add(byFolded.get(fold(wanted)) || [], FOLDED);
      if (isUnfinished && folded.length > 1) {
        byFolded.forEach(function (stems, key) { if (key.startsWith(folded)) add(stems, BEGINNING); });
      }
      if (!found.size && folded.length > 3) {
        byFolded.forEach(function (stems, key) {
          if (key.length > 3 && (areNear(key, foldedWanted) || areNear(key, folded) ||
              (folded.startsWith(key) && folded.length - key.length < 3))) add(stems, NEAR);
        });
      }
      return found;
    }

    function search(query) {
      var words = wordsOf(query).filter(function (one, at, all) { return all.indexOf(one) === at; }).slice(0, 12);
      var isUnfinished = /[\p{L}\p{N}]$/u.test(query);
      var terms = words.map(function (word, at) { return matches(word, isUnfinished && at === words.length - 1); });
      var exact = false;
      var sections = new Map();
      terms.forEach(function (term, number) {
        var best = new Map();
        term.forEach(function (quality, one) {
          var postings = index.words[one];
          var rarity = Math.log(1 + index.sections.length / (postings.length / 2));
          exact = exact || quality >= BEGINNING;
          for (var at = 0, section = 0; at < postings.length; at += 2) {
            section += postings[at];
            best.set(section, Math.max(best.get(section) || 0, quality * rarity * postings[at + 1]));
          }
        });
        best.forEach(function (score, section) {
          if (!sections.has(section)) sections.set(section, { score: 0, terms: new Set() });
          sections.get(section).score += score;
          sections.get(section).terms.add(number);
        });
      });
      var lessons = new Map();
      sections.forEach(function (one, section) {
        var lesson = index.sections[section][0];
        if (!lessons.has(lesson)) lessons.set(lesson, { lesson: lesson, score: 0, best: 0, section: 0, terms: new Set() });
        var entry = lessons.get(lesson);
        one.terms.forEach(function (term) { entry.terms.add(term); });
        /* A section that has more of the words is the better place to land in. */
        var rank = one.terms.size * 1000 + one.score;
        if (rank > entry.best) { entry.best = rank; entry.section = section; }
        entry.score = Math.max(entry.score, one.score) + Math.min(entry.score, one.score) * 0.2;
      });
      var all = Array.from(lessons.values());
      var most = all.reduce(function (high, one) { return Math.max(high, one.terms.size); }, 0);
      var hits = all.filter(function (one) { return one.terms.size === most; });
      hits.sort(function (one, other) { return other.score - one.score || one.lesson - other.lesson; });
      var sought = new Set();
      terms.forEach(function (term) { term.forEach(function (_, one) { sought.add(one); }); });
      return {
        words: words.length,
        isNear: hits.length > 0 && (!exact || most < terms.length),
        hits: hits.map(function (one) {
          var lesson = index.lessons[one.lesson], section = index.sections[one.section];
          /* A title without text of its own: what follows tells more than nothing. */
          var told = one.section;
          while (!index.sections[told][3] && index.sections[told + 1] && index.sections[told + 1][0] === one.lesson) told++;
          return {
            url: lesson[0] + (section[1] ? "#" + encodeURIComponent(section[1]) : ""),
            title: lesson[1], isEasy: lesson[2] === 1, heading: section[2],
            snippet: function () { return snippet(index.sections[told][3], sought); }
          };
        })
      };
    }

    /* [text, isMatch] pieces of about 160 characters around the first match. */
    function snippet(text, sought) {
      var marks = [], found;
      WORD.lastIndex = 0;
      while ((found = WORD.exec(text)) !== null) {
        if (sought.has(stem(found[0]))) marks.push([found.index, found.index + found[0].length]);
      }
      var middle = marks.length ? marks[0][0] : 0;
      var start = middle < 70 ? 0 : text.indexOf(" ", middle - 60) + 1;
      var end = text.length - start < 180 ? text.length : text.lastIndexOf(" ", start + 160);
      if (end <= start) end = Math.min(text.length, start + 160);
      var pieces = [], at = start;
      marks.forEach(function (mark) {
        if (mark[0] < at || mark[1] > end) return;
        if (mark[0] > at) pieces.push([text.slice(at, mark[0]), false]);
        pieces.push([text.slice(mark[0], mark[1]), true]);
        at = mark[1];
      });
      if (at < end) pieces.push([text.slice(at, end), false]);
      if (start > 0) pieces.unshift(["… ", false]);
      if (end < text.length) pieces.push([" …", false]);
      return pieces;
    }

    return { search: search, stem: stem };
  }

  scope.jetkiSearchEngine = { open: open, makeStemmer: makeStemmer };
})(typeof window === "undefined" ? globalThis : window);
