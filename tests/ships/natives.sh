#!/usr/bin/env bash
# Do the native jars run on the processors that they are for? The greedy text of tiny random targets (F32, Q8_0, Q4_0) by the libraries of each jar, on this
# processor and on others under qemu, is one text where CPU-GTO4J computes. Older processors take ggml's CPU, whose variants add up in different orders: there the
# logits after the prompt are near this processor's. Native tests of the draft engine pass without AVX2.
#   tests/ships/natives.sh [linux-x86_64] [linux-arm64]     after mvn package, with -Djavacpp.platform=linux-arm64 for the second
# ARM64_JRE=<folder> of a JRE for arm64: the same text on that JVM, from the jars. tests/ships/arm64-jre.sh gets one from Debian.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$(dirname "$here")")
target=$root/presets/target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- linux-x86_64 linux-arm64

tokens=48
failed=0

# The jar's libraries, and the program over them.
prepare() { # platform, compiler
    local jar
    jar=$(ls "$target"/gto4j-presets-*-"$1".jar)
    mkdir -p "$work/$1"
    (cd "$work/$1" && unzip -q -o "$jar" "org/gto4j/engine/$1/*" "META-INF/*")
    lib=$work/$1/org/gto4j/engine/$1
    for licence in LICENSE LICENSE-llama.cpp; do
        [ -f "$work/$1/META-INF/$licence" ] || { echo "$jar has no META-INF/$licence"; failed=1; }
    done
    "$2" -std=c++17 -O1 -I "$root/native/include" "$here/greedy.cpp" -o "$lib/greedy" -L "$lib" -l:libgto4j.so.0 -Wl,-rpath,'$ORIGIN' -Wl,-rpath-link,"$lib"
}

# Do the logits of two outputs differ by less than a twenty-fifth of their spread? Rounding this model's weights to 8 bits moves its logits by a twentieth, ggml's
# CPU and CPU-GTO4J, which round a row's values at other places, differ by a fiftieth on one processor, and so do ggml's variants for x86-64 and for arm64.
near() {
    paste -d' ' <(tail -n 1 "$1" | tr ' ' '\n') <(tail -n 1 "$2" | tr ' ' '\n') | awk 'NF == 2 {
        d = $1 - $2; if (d < 0) d = -d; if (d > most) most = d
        if (n++ == 0 || $1 < low) low = $1; if (n == 1 || $1 > high) high = $1
    } END { printf "largest difference %g of %g: ", most, high - low; exit !(n > 0 && most < (high - low) / 25) }'
}

# Name of the processor, device, command before the program. The first text of a device is what later ones are compared with.
compare() {
    local name=$1 device=$2 type found text
    shift 2
    for type in F32 Q8_0 Q4_0; do
        if ! "$@" "$lib/greedy" "$work/tiny-$type.gguf" $tokens $device > "$work/text" 2> "$work/log"; then
            echo "FAILED: $name $type: $(tail -n 3 "$work/log")"
            failed=1
            continue
        fi
        found=$(grep -v '^qemu' "$work/log" | head -n 1)
        text=$work/text-$type-${found%%:*}
        if [ ! -f "$text" ]; then
            cp "$work/text" "$text"
            echo "$name $type: $found"
        elif [ "$(head -n 1 "$work/text")" = "$(head -n 1 "$text")" ]; then
            echo "$name $type: the same text; $found"
        elif [ "${found%%:*}" = CPU ] && near "$text" "$work/text"; then
            echo "$name $type: near logits; $found"
        else
            echo "FAILED: $name $type: another text; $found"
            failed=1
        fi
    done
}

host=linux-x86_64
prepare $host c++
"$target/$host/prefix/bin/tiny_target" --out "$work/tiny-F32.gguf" --embd 64 --ff 128 --seed 7
for type in Q8_0 Q4_0; do "$lib/greedy" --requantize "$work/tiny-F32.gguf" "$work/tiny-$type.gguf" $type; done
compare "this processor" ""
compare "this processor" CPU

for platform in "$@"; do
    case $platform in
        linux-x86_64)
            lib=$work/$host/org/gto4j/engine/$host
            # AVX2; AVX; SSE 4.2; nothing but x86-64
            for cpu in Haswell SandyBridge Nehalem qemu64; do compare "qemu's $cpu" "" qemu-x86_64 -cpu $cpu; done
            for test in golden_test draft_test verify_test; do
                program=$target/$host/cmake/tests/$test
                [ -x "$program" ] || continue
                if qemu-x86_64 -cpu Nehalem "$program" --gtest_brief=1 > "$work/log" 2>&1; then
                    echo "qemu's Nehalem: $test passes"
                else
                    echo "FAILED: qemu's Nehalem: $test"; tail -n 20 "$work/log"
                    failed=1
                fi
            done
            ;;
        linux-arm64)
            prepare $platform aarch64-linux-gnu-g++
            qemu=(qemu-aarch64 -L /usr/aarch64-linux-gnu)
            # all that qemu knows; dot products without products of matrices; neither
            for cpu in max neoverse-n1 cortex-a53; do compare "qemu's $cpu" "" "${qemu[@]}" -cpu $cpu; done
            if [ -n "${ARM64_JRE:-}" ]; then
                javacpp=$(find "${MAVEN_REPOSITORY:-$HOME/.m2/repository}/org/bytedeco/javacpp" -name 'javacpp-[0-9.]*[0-9].jar' | sort | tail -n 1)
                classes=$(ls "$target"/gto4j-presets-*.jar | grep -vE -- '-(linux|sources|javadoc)')
                classpath=$classes:$(ls "$target"/gto4j-presets-*-$platform.jar):$javacpp
                javac -d "$work/java" -cp "$classpath" "$here/Greedy.java"
                root_of_jre=$(dirname "$(dirname "$(dirname "$(dirname "$ARM64_JRE")")")")
                libraries=$root_of_jre/lib/aarch64-linux-gnu:$root_of_jre/usr/lib/aarch64-linux-gnu
                "${qemu[@]}" -E LD_LIBRARY_PATH="$libraries" "$ARM64_JRE/bin/java" -Xmx512m -Dorg.bytedeco.javacpp.cachedir="$work/javacpp" \
                    -cp "$work/java:$classpath" Greedy "$work/tiny-Q8_0.gguf" $tokens > "$work/text" 2> "$work/log" || true
                if [ "$(cat "$work/text")" = "$(head -n 1 "$work/text-Q8_0-CPU-GTO4J")" ]; then
                    echo "JVM of arm64 Q8_0: the same text; $(head -n 1 "$work/log")"
                else
                    echo "FAILED: JVM of arm64: another text; $(cat "$work/log")"
                    failed=1
                fi
            fi
            ;;
        *) echo "no test for $platform"; failed=1 ;;
    esac
done
[ $failed = 0 ] && echo "all well"
exit $failed
