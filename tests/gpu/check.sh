#!/usr/bin/env bash
# What the GPU path can be asked without a GPU, from a fresh clone in one command:
#   tests/gpu/check.sh
# The CUDA sources run on the CPU, targets and kernels run in memory that the host can't reach, planted faults must be found, and nvcc compiles
# what it would for a GPU. What this doesn't show: speed, the order of a GPU's own queues, cuBLAS's rounding, nvcc's code at work.
# JOBS=n compiles n files at once (0 or none: one a core). LLAMA_SOURCE=<folder> as GTO4J_LLAMA_SOURCE of the build. BUILD=<folder> builds there, not in
# target/gpu-check. Ends with "N passed, N failed", tests that were skipped apart; the status is 0 where none failed and some passed.
set -euo pipefail

root=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
build=${BUILD:-$root/target/gpu-check}
jobs=${JOBS:-0}
[ "$jobs" -gt 0 ] || jobs=$(nproc)
command -v ninja > /dev/null && generator=(-G Ninja)

cmake -S "$root/native" -B "$build" "${generator[@]:+${generator[@]}}" -DCMAKE_BUILD_TYPE=Release -DGTO4J_TESTS=ON -DGTO4J_LLAMA_SERVER=OFF \
    -DGTO4J_LLAMA_SOURCE="${LLAMA_SOURCE:-}" -DGTO4J_JOBS="$jobs"
cmake --build "$build" --parallel "$jobs" --target gpu-tests
results=$build/gpu-check.xml
rm -f "$results"
ctest --test-dir "$build" -C Thorough -L gpu --parallel "$jobs" --output-on-failure --output-junit "$results" || true

# Of the whole suite, which comes first: tests, failures, skipped, disabled.
number() { grep -m1 -o "[[:space:]]$1=\"[0-9]*\"" "$results" | grep -o '[0-9]*'; }
skipped=$(number skipped) failed=$(number failures)
passed=$(($(number tests) - failed - skipped - $(number disabled)))
[ "$skipped" -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
