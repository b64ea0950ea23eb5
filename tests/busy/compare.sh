#!/usr/bin/env bash
# Decoding on a quiet machine and beside busy processes, in turn, so that both meet the machine alike.
#
#   tests/busy/compare.sh MODEL.gguf [-d DRAFT.gguf] [-r ROUNDS] [-b BUSY] [-n TOKENS] [-- JAVA_OPTION...]
#
# Prints each round's tokens a second (of `gto4j generate`, its default settings) and the ratio of the medians. GTO4J names another launcher, e.g. that of a
# checkout to compare with: with BASE=LAUNCHER its quiet rounds are run in turn with ours, and the ratio of the quiet medians is printed, too.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
launcher=${GTO4J:-$root/gto4j}
model=${1:?usage: compare.sh MODEL.gguf [-d DRAFT.gguf] [-r ROUNDS] [-b BUSY] [-n TOKENS] [-- JAVA_OPTION...]}
shift
rounds=5 busy=$(nproc) tokens=200 draft=()
while getopts d:r:b:n: option; do
    case $option in
        d) draft=(-d "$OPTARG") ;;
        r) rounds=$OPTARG ;;
        b) busy=$OPTARG ;;
        n) tokens=$OPTARG ;;
        *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ "${1:-}" != -- ] || shift
export GTO4J_JAVA_OPTS="${GTO4J_JAVA_OPTS:-} $*"

hogs=()
quiet() {
    [ ${#hogs[@]} = 0 ] || kill "${hogs[@]}" 2> /dev/null || true
    hogs=()
}
trap quiet EXIT
crowd() {
    local i
    for ((i = 0; i < busy; i++)); do
        (while :; do :; done) &
        hogs+=($!)
    done
}

# Tokens a second of one answer, the prompt not counted.
rate() {
    "$1" generate -m "$model" "${draft[@]}" -p "Write a long story about a lighthouse keeper and the sea." -n "$tokens" 2>&1 > /dev/null \
        | sed -n 's/.*[^0-9.]\([0-9][0-9.]*\) tokens\/s.*/\1/p' | tail -n 1
}
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

work=$(mktemp -d)
rate "$launcher" > /dev/null # builds, measures costs and reads the model's file into memory
[ -z "${BASE:-}" ] || rate "$BASE" > /dev/null
for ((i = 1; i <= rounds; i++)); do
    [ -z "${BASE:-}" ] || rate "$BASE" | tee -a "$work/base" | sed "s/^/round $i, quiet, base: /"
    rate "$launcher" | tee -a "$work/quiet" | sed "s/^/round $i, quiet: /"
    crowd
    rate "$launcher" | tee -a "$work/busy" | sed "s/^/round $i, beside $busy busy processes: /"
    quiet
done
q=$(median < "$work/quiet") b=$(median < "$work/busy")
awk -v q="$q" -v b="$b" -v n="$busy" 'BEGIN { printf "quiet %.1f, beside %d busy processes %.1f tokens/s: %.0f%%\n", q, n, b, 100 * b / q }'
[ -z "${BASE:-}" ] || awk -v q="$q" -v b="$(median < "$work/base")" 'BEGIN { printf "quiet, this build against the base: %.3f\n", q / b }'
rm -r "$work"
