#!/usr/bin/env bash
# The tests under sanitizers; what they find ends the run. llama.cpp stays the cached build: libgto4j and its tests alone are instrumented.
#   cmake/sanitize.sh address   native tests, address sanitizer and undefined behaviour
#   cmake/sanitize.sh thread    native tests, thread sanitizer
#   cmake/sanitize.sh jvm       integration tests of the JVM over libgto4j with the address sanitizer; TESTS=A,B chooses others
# JOBS=n compiles n files at once (default: one a core). MAVEN=... adds arguments for Maven, e.g. -o.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
jobs=${JOBS:-$(nproc)}

build() { # sanitizer; its folder is ours alone
    cmake -S "$root/native" -B "$root/target/sanitize-$1" -DCMAKE_BUILD_TYPE=Release -DGTO4J_SANITIZER="$1" ${GENERATOR:+-G "$GENERATOR"}
    cmake --build "$root/target/sanitize-$1" --parallel "$jobs" ${2:+--target "$2"}
}

native_tests() { ctest --test-dir "$root/target/sanitize-$1" --output-on-failure -E cuda_objects; }

command -v ninja > /dev/null && GENERATOR=Ninja
export UBSAN_OPTIONS=print_stacktrace=1
case "${1:-}" in
    address)
        build address
        # ggml keeps some memory until the process ends.
        ASAN_OPTIONS=detect_leaks=0 native_tests address
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
            -Dgto4j.sanitized="$root/target/sanitize-address" -Dgto4j.preload="$preload" \
            -Dit.test="SanitizedTest,${TESTS:-StressTest,HandleTest,BadInputTest,StreamTest,NotFiniteTest}"
        ;;
    *)
        sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
esac
