#!/usr/bin/env bash
# A tiny target on Vulkan's software device (Mesa's lavapipe): logits and features against the CPU, the verification of a tree. No GPU is needed.
#   tests/gpu/vulkan.sh [folder of the native build]
# Needed: mesa-vulkan-drivers, libvulkan1, npm. Without them it says so in one line and exits with 77 (skipped). The backend, libggml-vulkan.so of the same llama.cpp, is
# fetched from npm once; VULKAN_BACKEND=<file> names another one.
set -euo pipefail

root=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
build=${1:-$root/presets/target/linux-x86_64/cmake}
package=@node-llama-cpp/linux-x64-vulkan@3.22.1
cache=${XDG_CACHE_HOME:-$HOME/.cache}/gto4j/vulkan

skip() {
    echo "vulkan.sh: skipped: $1" >&2
    exit 77
}

program=$build/tests/named_device_test
[ -x "$program" ] || skip "$program is missing: build the native tests first"
ldconfig -p | grep -q 'libvulkan\.so\.1' || skip "libvulkan.so.1 is missing (apt-get install libvulkan1)"
driver=$(ls /usr/share/vulkan/icd.d/lvp_icd*.json 2> /dev/null | head -n 1)
[ -n "$driver" ] || skip "Mesa's software device is missing (apt-get install mesa-vulkan-drivers)"

backend=${VULKAN_BACKEND:-$cache/libggml-vulkan.so}
if [ ! -f "$backend" ]; then
    command -v npm > /dev/null || skip "npm, which has libggml-vulkan.so, is missing"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    (cd "$work" && npm pack --silent "$package" > /dev/null && tar xzf ./*.tgz) || skip "the package $package can't be had"
    mkdir -p "$cache"
    mv "$work"/package/bins/linux-x64-vulkan/libggml-vulkan.so "$cache"
fi

# The backend looks for libggml-base.so: that of the build, or there would be two in one process.
base=$(ldd "$program" | awk '/libggml-base\.so/ { print $3 }')
folder=$(mktemp -d)
trap 'rm -rf "$folder" "${work:-}"' EXIT
cp "$backend" "$folder/libggml-vulkan.so"
ln -s "$base" "$folder/libggml-base.so"

VK_DRIVER_FILES=$driver VK_ICD_FILENAMES=$driver GGML_VK_VISIBLE_DEVICES=0 LD_LIBRARY_PATH=$folder GTO4J_BACKENDS=$folder GTO_TEST_DEVICE=Vulkan0 \
    "$program" --gtest_brief=1
