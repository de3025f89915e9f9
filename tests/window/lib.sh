# Drives windows of `sotto` by mouse and keyboard, each on a display of its own; sourced, not run.
# shellcheck shell=bash
#
# A window writes what it shows to the file that SOTTO_DESCRIBE names, a line for each thing, in pixels
# of the screen: `region X Y W H NAME`, `field X Y W H NAME`, `text X Y W H TEXT`, tab-separated. So
# steps name what they press, and wait for what a person would see.

. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

declare -A displays=() # of each person
servers=()             # process ids
step=0

# open_display NAME WxH: a display without a window manager.
open_display() {
    local name=$1 size=$2
    rm -f "$dir/$name.display"
    Xvfb -displayfd 3 -screen 0 "${size}x24" -nolisten tcp 3>"$dir/$name.display" 2>/dev/null &
    servers+=("$!")
    await 20 "the display of $name is there" test -s "$dir/$name.display"
    displays[$name]=:$(<"$dir/$name.display")
}

# on NAME COMMAND…: runs a command on a person's display.
on() {
    local name=$1
    shift
    env DISPLAY="${displays[$name]}" "$@"
}

# launch NAME COMMAND…: runs a command there in the background; sets `launched` to its process id.
launch() {
    local name=$1
    shift
    # Without a shell in between, which would be stopped instead.
    (exec env DISPLAY="${displays[$name]}" "$@") &
    launched=$!
}

described() {
    awk -F'\t' -v kind="$2" -v name="$3" '
        $1 == kind && $6 == name { x = $2 + $4 / 2; y = $3 + $5 / 2; found = 1 }
        END { if (!found) exit 1; printf "%d %d\n", x, y }' "$dir/$1.scene" 2>/dev/null
}

text_shows() {
    awk -F'\t' -v wanted="$2" '
        $1 == "text" { all = all $6 " " }
        END { exit index(all, wanted) == 0 }' "$dir/$1.scene" 2>/dev/null
}

text_is_gone() {
    ! text_shows "$@"
}

# see NAME TEXT [SECONDS]: waits until it is painted.
see() {
    await "${3:-30}" "$1 sees: $2" text_shows "$1" "$2"
}

# see_no NAME TEXT: waits until it is not.
see_no() {
    await 15 "$1 sees no more: $2" text_is_gone "$1" "$2"
}

# place NAME KIND WHAT: where the middle of a region or field is, once it is there.
place() {
    await 30 "$1 has the $2 $3" described "$@" >/dev/null
    described "$@"
}

# click NAME REGION [BUTTON]
click() {
    local at
    at=$(place "$1" region "$2")
    # shellcheck disable=SC2086
    on "$1" xdotool mousemove --sync $at click "${3:-1}"
}

# hover NAME X Y
hover() {
    on "$1" xdotool mousemove --sync "$2" "$3"
}

# enter NAME FIELD TEXT: clicks into a field and types.
enter() {
    local at
    at=$(place "$1" field "$2")
    # shellcheck disable=SC2086
    on "$1" xdotool mousemove --sync $at click 1
    write "$1" "$3"
}

# write NAME TEXT: types where the keyboard is.
write() {
    on "$1" xdotool type --delay 12 -- "$2"
}

# press NAME KEY…
press() {
    on "$1" xdotool key --delay 40 "${@:2}"
}

# shot NAME WHAT: a screenshot, numbered.
shot() {
    step=$((step + 1))
    # What moved last is painted in the next frame.
    sleep 0.3
    on "$1" import -window root "$pictures/$(printf '%02d' "$step")-$1-$2.png"
    echo "  $(printf '%02d' "$step")-$1-$2.png"
}

close_displays() {
    local pid
    for pid in ${servers[@]+"${servers[@]}"}; do stop "$pid"; done
}

# click_field NAME FIELD
click_field() {
    local at
    at=$(place "$1" field "$2")
    # shellcheck disable=SC2086
    on "$1" xdotool mousemove --sync $at click 1
}

# text_at NAME TEXT: where a text stands that begins so; the last, if there are several.
text_at() {
    awk -F'\t' -v text="$2" '
        $1 == "text" && index($6, text) == 1 { x = $2 + 4; y = $3 + $5 / 2; found = 1 }
        END { if (!found) exit 1; printf "%d %d\n", x, y }' "$dir/$1.scene" 2>/dev/null
}

# message_menu NAME TEXT: opens the menu of the message with this text.
message_menu() {
    local at
    await 15 "$1 has the message $2" text_at "$@" >/dev/null
    at=$(text_at "$@")
    # shellcheck disable=SC2086
    on "$1" xdotool mousemove --sync $at click 3
}

# choose_file NAME PATH: types a path into the system's file chooser, which is another window.
choose_file() {
    local search=(xdotool search --onlyvisible --class 'zenity') chooser
    await 15 "the file chooser opens" on "$1" "${search[@]}" >/dev/null
    # It takes keys when it has read its directory.
    sleep 2
    chooser=$(on "$1" "${search[@]}" | tail -1)
    on "$1" xdotool windowfocus --sync "$chooser"
    # The first slash opens a line to type in, and takes its time.
    write "$1" /
    sleep 1
    write "$1" "${2#/}"
    sleep 0.5
    press "$1" Return
}

# drop_file NAME PATH: drags a file from another program into the window.
drop_file() {
    local drag
    launch "$1" "${bin%/release}/debug/examples/drag" "$2" 0 0
    drag=$launched
    await 10 "there is something to drag" on "$1" xdotool search --name '^drag$' >/dev/null
    sleep 0.3
    on "$1" xdotool mousemove --sync 20 20 mousedown 1
    for at in "30 30" "200 200" "400 300" "420 310" "430 320"; do
        # shellcheck disable=SC2086
        on "$1" xdotool mousemove --sync $at
        sleep 0.1
    done
    on "$1" xdotool mouseup 1
    sleep 0.3
    stop "$drag"
}
