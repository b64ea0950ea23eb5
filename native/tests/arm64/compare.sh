#!/bin/sh
# Do the integer kernels give the same bits on 64-bit ARM (under qemu) as here?
#   compare.sh <kernel_bits of this processor> <folder of ggml.h> <folder to build in>
# Ends with 77 (skipped) where the cross compiler or qemu is missing.
set -e
here=$(cd "$(dirname "$0")" && pwd)
ours=$1 ggml=$2 build=$3
for program in aarch64-linux-gnu-g++ qemu-aarch64; do
    command -v $program > /dev/null || { echo "skipped: no $program (apt-get install g++-aarch64-linux-gnu qemu-user)"; exit 77; }
done
mkdir -p "$build"
for file in "$here"/../../src/cpu/integer_*.cpp "$here"/../../src/cpu/packed_format.cpp "$here"/kernel_bits.cpp; do
    object=$build/$(basename "$file").o
    aarch64-linux-gnu-g++ -std=c++17 -O2 -I "$here"/../../src -I "$ggml" -c "$file" -o "$object"
done
aarch64-linux-gnu-g++ -static "$build"/*.cpp.o -o "$build"/kernel_bits
"$ours" > "$build"/here.txt
# the newest processor that qemu knows, one that has dot products but no matrix instructions, and one with neither
for cpu in max neoverse-n1 cortex-a53; do
    echo "qemu's $cpu:"
    qemu-aarch64 -cpu $cpu "$build"/kernel_bits > "$build"/arm64.txt
    cmp "$build"/here.txt "$build"/arm64.txt
done
echo "the same bits: $(wc -l < "$build"/here.txt) types"
