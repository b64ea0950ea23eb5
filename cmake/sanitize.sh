#!/usr/bin/env bash
# The tests under sanitizers; what they find ends the run. llama.cpp stays the cached build: libgto4j and its tests alone are instrumented.
#   cmake/sanitize.sh address   native tests, address sanitizer and undefined behaviour
#   cmake/sanitize.sh border    the native tests of what callers and files may not hold, address sanitizer and undefined behaviour; a part of mvn verify
#   cmake/sanitize.sh thread    native tests, thread sanitizer
#   cmake/sanitize.sh jvm       integration tests of the JVM over libgto4j with the address sanitizer; TESTS=A,B chooses others
# JOBS=n compiles n files at once (0 or none: one a core). LLAMA_SOURCE=<folder> as GTO4J_LLAMA_SOURCE of the build. MAVEN=... adds arguments for Maven, e.g. -o.
# HANDLES=n handles are opened and closed at random by handle_test and HandleStressTest (default 10000).
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
jobs=${JOBS:-0}
[ "$jobs" -gt 0 ] || jobs=$(nproc)

build() { # sanitizer; its folder is ours alone
    cmake -S "$root/native" -B "$root/target/sanitize-$1" -DCMAKE_BUILD_TYPE=Release -DGTO4J_SANITIZER="$1" -DGTO4J_LLAMA_SOURCE="${LLAMA_SOURCE:-}" \
        ${GENERATOR:+-G "$GENERATOR"}
    cmake --build "$root/target/sanitize-$1" --parallel "$jobs" ${2:+--target "$2"}
}

native_tests() { ctest --test-dir "$root/target/sanitize-$1" --output-on-failure -E cuda_objects; }

command -v ninja > /dev/null && GENERATOR=Ninja
export UBSAN_OPTIONS=print_stacktrace=1
export GTO_HANDLES=${HANDLES:-10000}
case "${1:-}" in
    address)
        build address
        # ggml keeps some memory until the process ends; an allocation that fails is an error of ours, not the end.
        ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 native_tests address
        ;;
    border)
        log=$root/target/sanitize-address.log
        mkdir -p "$root/target"
        if ! build address border_test > "$log" 2>&1; then
            if grep -q "GoogleTest is not installed" "$log"; then
                echo "GoogleTest is not installed: the border tests are skipped" >&2
                exit 0
            fi
            cat "$log"
            exit 1
        fi
        ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 "$root/target/sanitize-address/tests/border_test" --gtest_brief=1
        ;;
    thread)
        build thread
        TSAN_OPTIONS="halt_on_error=1 suppressions=$root/cmake/tsan.supp" native_tests thread
        ;;
    jvm)
        build address gto4j
        # libstdc++ too: libasan looks for __cxa_throw when it is loaded, and the JVM's program has none.
        preload=$(c++ -print-file-name=libasan.so):$(c++ -print-file-name=libstdc++.so)
        cd "$root"
        # shellcheck disable=SC2086
        mvn -B -q ${MAVEN:-} -Psanitize verify -Dgto4j.native.tests.skip=true -Dgto4j.jobs="$jobs" -Dtest=NoSuchTest -Dsurefire.failIfNoSpecifiedTests=false \
            -Dgto4j.sanitized="$root/target/sanitize-address" -Dgto4j.preload="$preload" -Dgto4j.handles="$GTO_HANDLES" \
            -Dit.test="SanitizedTest,${TESTS:-StressTest,HandleTest,HandleStressTest,BadInputTest,StreamTest,NotFiniteTest}"
        ;;
    *)
        sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
esac
