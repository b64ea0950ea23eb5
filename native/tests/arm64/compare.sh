#!/bin/sh
# Do the kernels give the same bits on 64-bit ARM (under qemu) as here?
#   compare.sh <folder of ggml.h> <folder to build in> <program of this folder, built for this processor>...
# Ends with 77 (skipped) where the cross compiler or qemu is missing.
set -e
here=$(cd "$(dirname "$0")" && pwd)
ggml=$1 build=$2
shift 2
for program in aarch64-linux-gnu-g++ qemu-aarch64; do
    command -v $program > /dev/null || { echo "skipped: no $program (apt-get install g++-aarch64-linux-gnu qemu-user)"; exit 77; }
done
mkdir -p "$build"
rm -f "$build"/*.o # of sources that are there no more
compile() {
    aarch64-linux-gnu-g++ -std=c++17 -O2 -I "$here"/../../src -I "$ggml" -c "$1" -o "$2"
}
cpu=$here/../../src/cpu
for file in "$cpu"/integer_*.cpp "$cpu"/packed_format.cpp "$cpu"/float_rows_*.cpp "$cpu"/attention_avx*.cpp "$cpu"/attention_neon.cpp "$cpu"/attention_portable.cpp; do
    compile "$file" "$build/$(basename "$file").o"
done
for ours in "$@"; do
    name=$(basename "$ours")
    compile "$here/$name.cpp" "$build/$name.o"
    aarch64-linux-gnu-g++ -static "$build"/*.cpp.o "$build/$name.o" -o "$build/$name"
    "$ours" > "$build"/here.txt
    # the newest processor that qemu knows, one that has dot products but no matrix instructions, and one with neither
    for cpu in max neoverse-n1 cortex-a53; do
        echo "qemu's $cpu:"
        qemu-aarch64 -cpu $cpu "$build/$name" > "$build"/arm64.txt
        cmp "$build"/here.txt "$build"/arm64.txt
    done
    echo "$name: the same bits: $(wc -l < "$build"/here.txt) types"
done
