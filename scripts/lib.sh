# Shared by the scripts beside it, which source it first. It leaves them in the root of the repository.
# shellcheck shell=bash
set -euo pipefail
self=scripts/$(basename "$0")
CDPATH='' cd -P "$(dirname "${BASH_SOURCE[0]}")/.."

# die STATUS MESSAGE...: one line on stderr, and the end.
die() {
    local status=$1
    shift
    printf '%s: %s\n' "$self" "$*" >&2
    exit "$status"
}

# sources [ROOT]: the C++ files of a tree, one a line; built and hidden folders are not its own.
sources() {
    (cd "${1:-.}" && find . \( -path './.?*' -o -path ./build -o -path ./third_party -o -path ./reports/out \) -prune -o \
        -type f -regextype posix-extended -regex '.*\.(h|hh|hpp|inc|ipp|c|cc|cpp|cxx)' -print) |
        sed 's|^\./||' | sort
}

# build PRESET [TARGET...]: configures and builds, with all that is said on stderr. A build folder that
# was configured for another checkout (this one before it moved, say) is made anew.
build() {
    local preset=$1 folder=build/$1 home=''
    shift
    if [[ -f $folder/CMakeCache.txt ]]; then
        home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$folder/CMakeCache.txt")
    fi
    if [[ $home && ! $home -ef . ]]; then
        printf '%s: %s was built for %s, so it is made anew\n' "$self" "$folder" "$home" >&2
        rm -rf "$folder"
    fi
    cmake --preset "$preset" >&2
    cmake --build --preset "$preset" --parallel "$(nproc)" ${1:+--target "$@"} >&2
}
