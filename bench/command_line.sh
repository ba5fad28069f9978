# Shared by the tests of the programs as one types them, which source it first with the folder of the programs and, if
# they read any, the folder of files that Keras saved. It leaves them in an empty folder, whose neighbours ../out and ../err
# have what the last program wrote, and ../files those files: by a name as long in every clone, for lines break after it.
# shellcheck shell=bash
set -uo pipefail
programs=$(cd "${1:?the folder of the programs}" && pwd)
folder=$(mktemp -d)
if (($# > 1)); then ln -s "$(cd "$2" && pwd)" "$folder/files" || exit; fi
files=../files
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/work"
export XDG_CACHE_HOME=$folder/cache # where the ceilings of this machine are kept: measured once
cd "$folder/work" || exit
failures=0 checks=0

fail() {
    printf '%s\n' "$*" >&2
    failures=$((failures + 1))
}

# run PROGRAM ARGUMENT...: sets status, and writes ../out and ../err. $memory is the KiB that it may have, $computing the
# seconds of a core's time.
run() {
    checks=$((checks + 1))
    status=0
    (ulimit -v "${memory:-unlimited}" && ulimit -t "${computing:-unlimited}" && exec timeout 600 "$programs/$1" "${@:2}") >../out 2>../err || status=$?
}

# refuses STATUS PATTERN PROGRAM ARGUMENT...: that status, one line on stderr that has the pattern, and no more.
refuses() {
    run "${@:3}"
    local message
    message=$(cat ../err)
    [[ $status == "$1" ]] || fail "$* -> status $status: $message"
    [[ $(wc -l <../err) == 1 ]] || fail "$* -> $(wc -l <../err) lines on stderr: $message"
    [[ $message == lockstep:\ * || $message == "$3":\ * ]] || fail "$* -> no program's name: $message"
    [[ $message =~ $2 ]] || fail "$* -> not '$2': $message"
    [[ ! -s ../out ]] || fail "$* -> on stdout: $(head -c 200 ../out)"
    local left
    left=$(ls -A)
    [[ -z $left ]] || fail "$* -> leaves $left"
    rm -rf ./* ./.[!.]*
}

# gives PATTERN PROGRAM ARGUMENT...: status 0, data that has the pattern on stdout, nothing on stderr.
gives() {
    run "${@:2}"
    [[ $status == 0 ]] || fail "${*:2} -> status $status: $(cat ../err)"
    [[ ! -s ../err ]] || fail "${*:2} -> on stderr: $(head -c 300 ../err)"
    grep -qE -- "$1" ../out || fail "${*:2} -> no '$1' in: $(head -c 300 ../out)"
}

# npy FILE SHAPE COUNT: so many float32 ones in a .npy file.
npy() {
    local dict="{'descr': '<f4', 'fortran_order': False, 'shape': ($2), }" length i
    length=$(printf '%02x' ${#dict})
    {
        printf '\x93NUMPY\x01\x00%b\x00%s' "\\x$length" "$dict"
        for ((i = 0; i < $3; ++i)); do printf '\x00\x00\x80\x3f'; done
    } >"$1"
}
