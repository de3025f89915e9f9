# Shared by the scripts beside it; sourced, not run.
# shellcheck shell=bash

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -n "$@"
    else
        die "Installing needs root and there is no sudo; run as root: $*"
    fi
}

# need TOOL PACKAGE…: installs the Debian packages unless the tool is there.
need() {
    local tool=$1
    shift
    command -v "$tool" >/dev/null && return
    command -v apt-get >/dev/null || die "$tool is missing; install it and try again."
    as_root apt-get update -qq >&2
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" >&2
}

# What a build needs: Rust, and a C compiler for SQLite.
need_toolchain() {
    command -v cargo >/dev/null ||
        die "Rust is missing; install it from https://rustup.rs and try again."
    need cc gcc libc6-dev
}

# need_packages PACKAGE…: installs what is missing of these Debian packages; elsewhere trusts that
# they are there.
need_packages() {
    command -v apt-get >/dev/null || return 0
    local package missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    as_root apt-get update -qq >&2
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# What the window needs to be built: X11, Cairo and Pango for FLTK, and a CMake that it takes. OpenGL
# is not needed.
need_window() {
    need_packages g++ make pkg-config libx11-dev libxext-dev libxft-dev libxinerama-dev \
        libxcursor-dev libxrender-dev libxfixes-dev libfontconfig-dev libpango1.0-dev libcairo2-dev
    need_cmake
}

# FLTK asks for CMake 3.28, which Debian 12 does not have; then it is put beside the build.
need_cmake() {
    local least=3.28 home=target/cmake version
    cmake_is_new() {
        version=$(cmake --version 2>/dev/null | sed -n '1s/^cmake version //p')
        [ -n "$version" ] && [ "$(printf '%s\n' "$least" "$version" | sort -V | head -1)" = "$least" ]
    }
    if [ -x "$home/bin/cmake" ]; then PATH=$PWD/$home/bin:$PATH; fi
    cmake_is_new && return
    need_packages python3-venv
    python3 -m venv "$home" >&2
    "$home/bin/pip" install --quiet --disable-pip-version-check "cmake>=$least,<5" >&2
    PATH=$PWD/$home/bin:$PATH
    cmake_is_new || die "CMake $least or newer is missing; install it and try again."
}

# What tests of the window need: a display without a screen, hands, eyes, and fonts.
need_display() {
    need_packages xvfb xauth xdotool xclip zenity imagemagick fonts-dejavu-core fonts-noto-color-emoji
}

# build_release PACKAGE…: builds, and sets `bin` to the directory of the executables.
build_release() {
    local package packages=()
    for package in "$@"; do packages+=(-p "$package"); done
    cargo build --release --locked "${packages[@]}" >&2
    bin=$(cargo metadata --locked --no-deps --format-version 1 |
        sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')/release
}

# await SECONDS WHAT COMMAND…: repeats the command until it succeeds.
await() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || die "Waited too long until $what."
        sleep 0.1
    done
}

relay_said_or_died() {
    grep -q '^relay key ' "$1" || ! kill -0 "$relay_pid" 2>/dev/null
}

# start_relay LOG ARG…: serves in the background; sets `relay_pid` and `relay_address`.
start_relay() {
    local log=$1
    shift
    : >"$log"
    "$bin/sotto-relay" serve "$@" >"$log" &
    relay_pid=$!
    await 30 "the relay listens" relay_said_or_died "$log"
    relay_address=$(sed -n 's/^listening on //p' "$log")
    if [ -z "$relay_address" ] || ! kill -0 "$relay_pid" 2>/dev/null; then
        wait "$relay_pid" || true
        relay_pid=
        die "The relay did not start; its reason stands above."
    fi
}

# stop PID: asks a child of this script to end, and insists after 8 seconds.
stop() {
    local pid=$1 left=80
    kill -TERM "$pid" 2>/dev/null || return 0
    while kill -0 "$pid" 2>/dev/null && [ "$left" -gt 0 ]; do
        left=$((left - 1))
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

# Whether a window can be shown.
has_display() {
    [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]
}

# play_garden DIR: alice, bob and carol, in directories of DIR, talk through the relay that runs on
# DIR/relay about their garden.
play_garden() {
    local dir=$1 link name place
    export SOTTO_PASSWORD='correct horse battery staple'
    as() {
        local name=$1
        shift
        "$bin/sotto-cli" --home "$dir/$name" "$@" >/dev/null
    }
    link=$("$bin/sotto-relay" invite --data "$dir/relay" --uses 4)
    for name in alice bob carol dave; do as "$name" register "$link" "$name" 2>/dev/null; done
    as alice dm bob
    as alice send @bob "See you at the station at nine"
    as dave create "Kitchen works" && as dave invite "Kitchen works" alice
    as dave send "Kitchen works" "The tiles come on **Saturday**"
    as bob create "Garden team"
    as bob topic "Garden team" "Saturday: rain or shine"
    as bob invite "Garden team" alice && as bob invite "Garden team" carol
    for name in alice carol; do as "$name" read "Garden team"; done
    as bob send "Garden team" "Morning! Did the seed potatoes arrive? 🥔"
    as bob send "Garden team" "I can pick up the **compost** on the way, just tell me how much. List is in \`plan.txt\`"
    for name in alice carol; do as "$name" read "Garden team"; done
    place=$("$bin/sotto-cli" --home "$dir/bob" read "Garden team" --numbers |
        awk '/compost/ { print $1 }')
    as alice reply "Garden team" "$place" "Twenty bags, and gloves for carol please"
    as carol react "Garden team" "$place" 👍
    as alice react "Garden team" "$place" 👍
    as alice react "Garden team" "$place" 🎉
    seq 1 4000 >"$dir/beds-2027.pdf"
    as carol put "Garden team" "$dir/beds-2027.pdf"
    as carol send "Garden team" "The plan for next spring. Have a look at the beds along the wall, they get the first sun."
    as alice send "Garden team" "Lovely 😍 reading it now"
    as alice read "Garden team"
}
