#!/bin/sh
# Installs what is missing and nothing else: install.sh run | test | bench
# System packages through apt where there is apt, Python packages into .venv from the lock file. Says what it does.
set -eu
cd "$(dirname "$0")/.."
want=${1:-run}

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in ky*) language=ky ;; ru*) language=ru ;; *) language=en ;; esac
say() { # say ENGLISH RUSSIAN KYRGYZ
    case $language in ky) printf '%s\n' "$3" ;; ru) printf '%s\n' "$2" ;; *) printf '%s\n' "$1" ;; esac >&2
}

# ---- system packages -------------------------------------------------------------------------------------------------
packages="python3-venv liblouis20 liblouis-data fonts-sil-andika"
# libatomic1: the driver of Playwright needs it and does not bring it; pocketsphinx-testdata: recorded speech with its words
[ "$want" = run ] || packages="$packages chromium-headless-shell libatomic1 default-jdk-headless libjaxb-java liblouis-bin poppler-utils pocketsphinx-testdata"
if [ "$want" != run ] && ! command -v npm >/dev/null 2>&1; then packages="$packages npm"; fi
[ "$want" != bench ] || packages="$packages pandoc liblouisutdml-bin libpango-1.0-0 libpangoft2-1.0-0"

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
suitable_python() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null 2>&1 && suitable_python "$name"; then command -v "$name"; return; fi
    done
}
provided() { # is what this package is for already there, without the package?
    case $1 in
        python3-venv) [ -n "$(find_python)" ] ;;
        default-jdk-headless) command -v javac >/dev/null 2>&1 ;;
        # the browser without its window takes half the time; not every system has it
        chromium-headless-shell) { command -v chromium || command -v google-chrome; } >/dev/null 2>&1 &&
            ! apt-cache show chromium-headless-shell >/dev/null 2>&1 ;;
        *) false ;;
    esac
}

if command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1; then
    missing=
    for package in $packages; do installed "$package" || provided "$package" || missing="$missing $package"; done
    if [ -n "$missing" ]; then
        say "Installing system packages:$missing" "Установка системных пакетов:$missing" "Системалык пакеттер орнотулууда:$missing"
        if [ "$(id -u)" = 0 ]; then as_root=; elif command -v sudo >/dev/null 2>&1; then as_root=sudo; else as_root=no; fi
        if [ "$as_root" = no ]; then
            say "Root rights are needed. Ask an administrator to run: apt-get install$missing" \
                "Нужны права администратора. Попросите его выполнить: apt-get install$missing" \
                "Администратордун укугу керек. Администратордон мунун аткарылышын сураныңыз: apt-get install$missing"
        else
            log=$(mktemp)
            # shellcheck disable=SC2086  # the lists are words on purpose
            if { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then :; else
                # one name that this release does not have must not keep the others away
                for package in $missing; do
                    [ "$package" != chromium-headless-shell ] || apt-cache show "$package" >/dev/null 2>&1 ||
                        package=chromium
                    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package" \
                        >>"$log" 2>&1 || say "Could not be installed: $package" "Не удалось установить: $package" \
                        "Орнотуу мүмкүн болгон жок: $package"
                done
            fi
            rm -f "$log"
        fi
    fi
else
    say "This machine has no apt. Jetki needs (names as in Debian): $packages. What is missing is left out; python3 3.11+ with venv is needed in any case." \
        "На этом компьютере нет apt. Для Jetki нужны (названия как в Debian): $packages. Без недостающего соответствующие части пропускаются; python3 3.11+ с venv нужен всегда." \
        "Бул компьютерде apt жок. Jetki үчүн булар керек (Debian системасындагы аттары): $packages. Жетишпегенине байланыштуу бөлүктөр өткөрүлүп жиберилет; python3 3.11+ жана venv сөзсүз керек."
fi

# ---- Python packages -------------------------------------------------------------------------------------------------
python=$(find_python)
if [ -z "$python" ]; then
    say "Python 3.11 or newer with venv was not found. Install it and run the same command again." \
        "Не найден Python 3.11 или новее с venv. Установите его и повторите ту же команду." \
        "Python 3.11 (же андан жаңы версиясы) жана venv табылган жок. Аларды орнотуп, ошол эле буйрукту кайталаңыз."
    exit 2
fi
if ! .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    rm -rf .venv
    "$python" -m venv .venv
fi
# the test lock holds everything of the run lock; the bench lock adds the programs we compare ourselves with
locks="requirements/run.lock"
[ "$want" = run ] || locks="requirements/test.lock"
[ "$want" != bench ] || locks="requirements/test.lock requirements/bench.lock"
for lock in $locks; do
    stamp=.venv/.installed-$(basename "$lock")
    if ! cmp -s "$lock" "$stamp"; then
        count=$(grep -c '==' "$lock")
        say "Installing $count Python packages from $lock into .venv" "Установка пакетов Python ($count) из $lock в .venv" \
            "$lock файлынан Python пакеттери ($count) .venv папкасына орнотулууда"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
        cp "$lock" "$stamp"
    fi
done
if ! .venv/bin/jetki --version >/dev/null 2>&1 || ! cmp -s pyproject.toml .venv/.installed-project; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    cp pyproject.toml .venv/.installed-project
fi

# ---- the HTML judge, for tests only ----------------------------------------------------------------------------------
if [ "$want" != run ] && command -v npm >/dev/null 2>&1; then
    if ! cmp -s requirements/npm/package-lock.json requirements/npm/node_modules/.installed; then
        say "Installing the Nu HTML checker" "Установка программы проверки Nu HTML checker" "Nu HTML checker орнотулууда"
        if (cd requirements/npm && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null); then
            cp requirements/npm/package-lock.json requirements/npm/node_modules/.installed
        else
            say "It could not be installed; its tests will be skipped." "Установить не удалось; её тесты будут пропущены." \
                "Орнотуу мүмкүн болгон жок; анын тесттери өткөрүлүп жиберилет."
        fi
    fi
fi
