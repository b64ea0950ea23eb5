#!/usr/bin/env bash
# What a machine with a GPU is asked first, in 15 minutes, from a fresh clone:
#   tests/gpu/hardware.sh                     needs cmake and a C++ compiler, nvcc 13 and cuBLAS or pip, which has them; no Java
#   DEVICE=GUARD0 tests/gpu/hardware.sh       the same questions to a device of the tests, on any machine
# Each step has a time limit of its own, and the next begins whatever became of it. OUT=<folder> (target/gpu-hardware): hardware.json, table.md and a log a step.
# ARCHITECTURES="90": what the CUDA sources are compiled for. SMOLLM2=<file.gguf>: a real target for the step that trains on one. JOBS=n: files at once.
set -uo pipefail

root=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
device=${DEVICE:-CUDA0}
out=${OUT:-$root/target/gpu-hardware}
build=${BUILD:-$root/target/gpu-hardware-build}
jobs=${JOBS:-$(nproc)}
mkdir -p "$out"
out=$(cd "$out" && pwd)
steps=$out/steps.txt
: > "$steps"
began=$(date +%s)
failed=0

cuda=OFF
case $device in CUDA*) cuda=ON ;; esac

# step NAME SECONDS COMMAND...: its output goes to NAME.log; what it prints as JSON, a line that begins with {, to the report.
step() {
    local name=$1 limit=$2 start rc
    shift 2
    start=$(date +%s)
    timeout -k 5 "$limit" "$@" > "$out/$name.log" 2>&1
    rc=$?
    local took=$(($(date +%s) - start)) result
    case $rc in
        0) result=passed ;;
        77) result=skipped ;;
        124 | 137) result="over $limit s" ;;
        *) result="failed ($rc)" ;;
    esac
    [ $rc = 0 ] || [ $rc = 77 ] || failed=$((failed + 1))
    printf '%s\t%s\t%s\n' "$name" "$result" "$took" >> "$steps"
    printf '%-24s %-14s %4d s   (%d s in all)\n' "$name" "$result" "$took" $(($(date +%s) - began))
    [ "$result" = passed ] || [ "$result" = skipped ] || tail -n 15 "$out/$name.log"
}

inventory() {
    uname -srm
    nproc
    if [ $cuda = ON ]; then
        nvidia-smi && nvcc --version
    else
        echo "$device is no GPU: this run shows that the questions can be asked"
    fi
}

build_all() {
    cmake -S "$root/native" -B "$build" -DCMAKE_BUILD_TYPE=Release -DGTO4J_TESTS=ON -DGTO4J_LLAMA_SERVER=OFF -DGTO4J_CUDA=$cuda \
        -DGTO4J_CUDA_ARCHITECTURES="${ARCHITECTURES:-90}" -DGTO4J_JOBS="$jobs" &&
        cmake --build "$build" --parallel "$jobs" --target gpu-tests draft_speed tiny_target named_device_test $([ $cuda = ON ] && echo gto4j-cuda) &&
        { [ $cuda = OFF ] || ln -sf ../libgto4j-cuda.so "$build/tests/"; } # it is looked for beside the program
}

# Under compute-sanitizer where there is one: small sizes, all kernels.
kernels() {
    if [ $cuda = ON ] && command -v compute-sanitizer > /dev/null; then
        compute-sanitizer --error-exitcode 9 "$tests/row_kernels_test" --gtest_filter='*NamedDevice*'
    else
        "$tests/row_kernels_test" --gtest_filter='*NamedDevice*'
    fi
}

# A target as wide as an 8B, of four random layers.
wide_target() {
    [ $cuda = ON ] || { echo "on a GPU alone"; return 77; }
    "$build/tests/tiny_target" --out "$out/wide.gguf" --embd 4096 --ff 14336 --heads 32 --kv-heads 8 --head-dim 128 --layers 4 --vocab 936 --type F16
}
wide() {
    [ -f "$out/wide.gguf" ] || return 77
    "$tests/draft_speed" --model "$out/wide.gguf" --device "$device" --tokens 2048 --passes 7 --vocabulary 900 --steps 10 --precision "$1" --type "$2"
}

small_target() { "$tests/tiny_target" --out "$out/small.gguf" --embd 64 --ff 128 --vocab 900; }
small() { "$tests/draft_speed" --model "$out/small.gguf" --device "$1" --tokens 80 --passes 3 --vocabulary 300 --steps 1 --trees 2 --type F32; }
real() {
    [ -f "${SMOLLM2:-}" ] || { echo "SMOLLM2 names no file"; return 77; }
    "$tests/draft_speed" --model "$SMOLLM2" --device "$1" --threads "$jobs" --tokens 512 --passes 7 --vocabulary 8192 --steps 20 --type F16
}

# The same objective on both devices, to the fifth figure.
agree() {
    python3 - "$out/$1.log" "$out/$2.log" <<'PYTHON'
import json, sys
a, b = (json.loads([line for line in open(name) if line.startswith("{")][-1]) for name in sys.argv[1:])
worst = max(abs(a[k] - b[k]) / abs(b[k]) for k in ("objective", "norm", "log_prob"))
print(f"largest difference {worst:.2g}")
sys.exit(worst > 1e-4)
PYTHON
}

report() {
    python3 - "$out" "$device" <<'PYTHON'
import json, os, sys
out, device = sys.argv[1:]
steps = [dict(zip(("step", "result", "seconds"), line.rstrip("\n").split("\t"))) for line in open(f"{out}/steps.txt")]
for s in steps:
    s["seconds"] = int(s["seconds"])
    with open(f"{out}/{s['step']}.log", errors="replace") as log:
        found = [json.loads(line) for line in log if line.startswith("{")]
    if found:
        s["figures"] = found[-1]
with open(f"{out}/hardware.json", "w") as file:
    json.dump({"device": device, "steps": steps}, file, indent=1)
with open(f"{out}/table.md", "w") as file:
    file.write("| step | result | seconds | training, tokens/s | a tree, ms |\n|---|---|---:|---:|---:|\n")
    for s in steps:
        f = s.get("figures", {})
        file.write(f"| {s['step']} | {s['result']} | {s['seconds']} | {f.get('tokens_per_s', '')} | "
                   f"{round(f['tree_s'] * 1000, 3) if 'tree_s' in f else ''} |\n")
PYTHON
}

export GTO_TEST_DEVICE=$device
[ $cuda = OFF ] || export GTO4J_BACKENDS=$build/backends
tests=$build/tests
export -f inventory build_all kernels wide_target wide small_target small real agree
export root build cuda device jobs out tests
in_shell() { local name=$1 limit=$2; shift 2; step "$name" "$limit" bash -c '"$@"' - "$@"; }

in_shell inventory 20 inventory
in_shell build 480 build_all
in_shell kernels 60 kernels
for test in product draft_device decoding_device; do step $test 60 "$tests/${test}_test"; done
for test in golden draft training_memory gradient; do step $test 240 "$tests/${test}_test"; done
for test in named_device session verify verify_many features feature_reader; do step $test 60 "$tests/${test}_test"; done
in_shell small_target 20 small_target
in_shell small 60 small "$device"
in_shell small_cpu 60 small CPU
in_shell small_agrees 10 agree small small_cpu
in_shell real 120 real "$device"
in_shell real_cpu 120 real CPU
in_shell wide_target 60 wide_target
in_shell wide_f32 60 wide F32 F16
in_shell wide_bf16 60 wide BF16 BF16
rm -f "$out/wide.gguf"
report
echo "$out/hardware.json, $out/table.md; $failed steps failed"
[ $failed = 0 ]
