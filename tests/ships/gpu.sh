#!/usr/bin/env bash
# Does the jar with the classifier linux-x86_64-gpu serve a machine without a GPU? With it alone on the class path the greedy text of a tiny target is that of the
# plain jar, and opening CUDA0 is an exception that says what is missing: with no CUDA runtime, and with one (CUDA_LIBRARIES=<folder>, by default that of the
# build's pip wheels) but no driver.
#   tests/ships/gpu.sh     after mvn package and mvn -Djavacpp.platform.extension=-gpu -DskipTests -pl presets package
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$(dirname "$here")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
cache=${GTO4J_CACHE:-$HOME/.cache/gto4j}
tokens=48
failed=0

fail() {
    echo "FAILED: $*"
    failed=1
}
newest() { find "$repository/$1" -name "$2" | grep -vE -- '-(sources|javadoc|linux[^/]*)[.]jar' | sort -V | tail -n 1; }
own() { find "$root/$1/target" -maxdepth 1 -name "$2" | grep -vE -- '-(sources|javadoc|tests|linux[^/]*)[.]jar'; }

presets=$root/presets/target
plain=$(ls "$presets"/gto4j-presets-*-linux-x86_64.jar)
gpu=$(ls "$presets"/gto4j-presets-*-linux-x86_64-gpu.jar)
for library in libggml-cuda.so libgto4j-cuda.so; do
    unzip -l "$gpu" | grep -q "/$library$" || fail "$gpu has no $library"
    unzip -l "$plain" | grep -q "/$library$" && fail "$plain has $library"
done
ls -l "$plain" "$gpu" | awk '{ printf "%s: %.0f MB\n", $NF, $5 / 1e6 }' | sed 's|.*/||'

classpath=$(own java/library 'gto4j-[0-9]*.jar'):$(own presets 'gto4j-presets-*.jar'):$(newest org/bytedeco/javacpp 'javacpp-*.jar')
classpath=$classpath:$(newest org/slf4j/slf4j-api 'slf4j-api-2*.jar'):$(newest org/jspecify 'jspecify-*.jar')
for part in core databind annotations; do classpath=$classpath:$(newest com/fasterxml/jackson/core/jackson-$part "jackson-$part-2*.jar"); done
javac -d "$work/java" -cp "$classpath" "$here/Devices.java"
"$presets/linux-x86_64/prefix/bin/tiny_target" --out "$work/tiny.gguf" --embd 64 --ff 128 --seed 7

run() { # jar of natives, library path, output
    LD_LIBRARY_PATH=$2 java -Dorg.bytedeco.javacpp.cachedir="$work/javacpp-$3" -cp "$work/java:$classpath:$1" Devices "$work/tiny.gguf" $tokens \
        > "$work/$3" 2> "$work/log" || fail "$3: $(tail -n 5 "$work/log")"
}

run "$plain" "" "plain"
run "$gpu" "" "gpu, no CUDA runtime"
cuda=${CUDA_LIBRARIES:-$(find "$cache/nvcc-13.0" -path '*/cu13/lib' -type d | head -n 1)}
run "$gpu" "$cuda" "gpu, no driver"
for found in "gpu, no CUDA runtime" "gpu, no driver"; do
    if cmp -s <(head -n 2 "$work/plain") <(head -n 2 "$work/$found"); then
        echo "$found: the same text on $(head -n 1 "$work/$found")"
    else
        fail "$found: another text"
    fi
done

expect() { # output, what its message must hold
    local line
    line=$(tail -n 1 "$work/$1")
    echo "$1: $line"
    grep -q "$2" <<< "$line" || fail "$1: expected \"$2\""
}
expect "plain" 'there is no libggml-cuda.so'
expect "gpu, no CUDA runtime" 'libcudart.so.13'
expect "gpu, no driver" 'driver'

[ $failed = 0 ] && echo "all well"
exit $failed
